"""How a person is named and addressed, as people of a locale do it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from touchpoints.content.context import nearest
from touchpoints.content.formats import known_locale
from touchpoints.errors import RenderError

STYLES = ("full", "given", "family", "formal")

FAMILY_FIRST = frozenset({"zh", "ja", "ko", "vi", "hu"})

_WOMEN = frozenset({"f", "female", "woman", "w", "女", "女士"})
_MEN = frozenset({"m", "male", "man", "男", "先生"})

_TITLES: Mapping[str, tuple[str, str]] = {
    "en": ("Ms", "Mr"),
    "de": ("Frau", "Herr"),
    "fr": ("Madame", "Monsieur"),
    "es": ("Sra.", "Sr."),
    "it": ("Signora", "Signor"),
    "nl": ("mevrouw", "de heer"),
    "pt": ("Sra.", "Sr."),
}
"""For a woman, for a man; before the family name."""

_SUFFIXES: Mapping[str, tuple[str, str]] = {
    "zh": ("女士", "先生"),
    "ja": ("様", "様"),
    "ko": ("님", "님"),
}
"""Behind the name, without a blank."""

Read = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Person:
    """What is known of somebody's name; a blank part is empty."""

    name: str
    given: str
    family: str
    title: str
    gender: str

    @classmethod
    def of(cls, read: Read) -> Person:
        """A person from the fields name, given_name, family_name, title and gender."""
        fields = ("name", "given_name", "family_name", "title", "gender")
        return cls(*(str(read(field) or "") for field in fields))


def named(person: Person, style: str, locale: str) -> str:
    """The name in a style: full, given, family, or formal, the form of address in a letter.

    An empty text where nothing is known that would do. Formal without a gender or a title is the
    full name: nobody is guessed at. Raises RenderError for another style.
    """
    language = known_locale(locale).language
    if style == "full":
        return _full(person, language)
    if style == "given":
        return person.given
    if style == "family":
        return person.family
    if style == "formal":
        return _formal(person, language)
    guess = nearest(style, STYLES)
    raise RenderError(f"name: {style!r} is not a style; expected {', '.join(STYLES)}; {guess}")


def _full(person: Person, language: str) -> str:
    if person.name or not (person.given and person.family):
        return person.name or person.given or person.family
    parts = (person.given, person.family)
    if language in FAMILY_FIRST or _is_han(person.family):
        parts = parts[::-1]
    return ("" if _is_han(person.family) else " ").join(parts)


def _formal(person: Person, language: str) -> str:
    woman = person.gender.lower() in _WOMEN
    known = woman or person.gender.lower() in _MEN
    suffixes = _SUFFIXES.get(language)
    if suffixes is not None and (known or language != "zh" or person.title):
        # 王女士; where only the whole name is known, 王芳女士 is as polite.
        name = person.family if language == "zh" else _full(person, language)
        name = name or _full(person, language)
        return name and name + (person.title or suffixes[0 if woman else 1])
    titles = _TITLES.get(language)
    title = person.title or (titles[0 if woman else 1] if titles and known else "")
    if suffixes is None and title and person.family:
        return f"{title} {person.family}"
    return _full(person, language)


def _is_han(text: str) -> bool:
    return bool(text) and "\u3400" <= text[0] <= "\u9fff"
