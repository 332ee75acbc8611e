"""A sentence with its values: English as it is stored, and told in the language of a reader."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Protocol, Self, runtime_checkable

from touchpoints.core.calendar import zone_clock
from touchpoints.core.hours import Hours, spans_in_words, week_in_words
from touchpoints.core.policy import Duration
from touchpoints.core.sentences import (
    COMMAS,
    DAY_TO_DAY,
    ENGLISH,
    LANGUAGES,
    SENTENCES,
    UNITS,
    WEEKDAYS,
)

Language = str
"""`en` or `zh`, a key of every sentence."""


def language_of(locale: str) -> Language:
    """The language in which a reader of this locale is told: Chinese for `zh…`, else English."""
    language = locale.replace("_", "-").partition("-")[0].lower()
    return language if language in LANGUAGES else ENGLISH


@runtime_checkable
class Told(Protocol):
    """A value that reads differently in each language."""

    def told(self, language: Language) -> str:
        """The value as a reader of this language writes it."""
        ...


class Phrase(str):
    """A sentence of the catalogue. As a text it is English, with instants and durations in ISO.

    Raises KeyError for a key that the catalogue does not have, or a value that is missing.
    """

    __slots__ = ("_key", "_values")
    _key: str
    _values: dict[str, object]

    def __new__(cls, key: str, **values: object) -> Self:
        """The sentence `key` with these values: texts, numbers, `Told` values, tuples of them."""
        written = {name: _written(value) for name, value in values.items()}
        phrase = super().__new__(cls, SENTENCES[key][ENGLISH].format(**written))
        phrase._key, phrase._values = key, values
        return phrase

    @property
    def key(self) -> str:
        """Its key in the catalogue."""
        return self._key

    @property
    def values(self) -> Mapping[str, object]:
        """What its places are filled with."""
        return MappingProxyType(self._values)

    def told(self, language: Language) -> str:
        """The sentence as a reader of this language is told it."""
        values = {name: _told(value, language) for name, value in self._values.items()}
        return SENTENCES[self._key][language].format(**values)


@dataclass(frozen=True, slots=True)
class When:
    """An instant on somebody's clock; people read the weekday with it."""

    at: int
    zone: str

    def __str__(self) -> str:
        return zone_clock(self.zone).minute(self.at)

    def told(self, language: Language) -> str:
        """`Wed 2026-11-25 09:00`."""
        local = zone_clock(self.zone).local(self.at)
        return SENTENCES["instant"][language].format(
            weekday=WEEKDAYS[language][local.weekday()], day=local.date(), time=f"{local:%H:%M}"
        )


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time: `7d`, told as `7 days`."""

    length: Duration

    def __str__(self) -> str:
        return str(self.length)

    def told(self, language: Language) -> str:
        """The number and its unit in words."""
        one, many = UNITS[language][self.length.unit]
        return f"{self.length.amount} {one if self.length.amount == 1 else many}"


@dataclass(frozen=True, slots=True)
class Open:
    """Weekly hours, told with the names of the days."""

    hours: Hours

    def __str__(self) -> str:
        return self.told(ENGLISH)

    def told(self, language: Language) -> str:
        """`Mon–Fri 09:00–17:00, Sat 10:00–12:00`; hours that all days share stand alone."""
        if len(set(self.hours.week)) == 1:
            return spans_in_words(self.hours.week[0], COMMAS[language])
        names, to = WEEKDAYS[language], DAY_TO_DAY[language]
        return week_in_words(self.hours, names, to, COMMAS[language])


def tell(text: str, language: Language) -> str:
    """A phrase in this language; a plain text, of another package's gate say, as it is."""
    return text.told(language) if isinstance(text, Told) else text


def _written(value: object) -> object:
    if isinstance(value, tuple):
        return COMMAS[ENGLISH].join(str(each) for each in value)
    return value.isoformat() if isinstance(value, date) else value


def _told(value: object, language: Language) -> object:
    if isinstance(value, tuple):
        return COMMAS[language].join(str(_told(each, language)) for each in value)
    return value.told(language) if isinstance(value, Told) else _written(value)
