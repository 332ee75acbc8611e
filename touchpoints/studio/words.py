"""The words of the pages, in the languages of their readers: one file for each page."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

LANGUAGES = {"en": "English", "zh": "中文"}
FOLDER = Path(__file__).with_name("words")


class Words:
    """The words of one language, by the name of their file and their key: `layout.skip`."""

    def __init__(self, language: str, texts: Mapping[str, str]) -> None:
        self.language, self.texts = language, texts

    def __call__(self, name: str, /, **values: object) -> str:
        """The words of that name, with values in their places. Raises KeyError."""
        return self.texts[name].format(**values)

    def page(self, name: str) -> dict[str, str]:
        """All words of one file by their keys, for its script."""
        start = f"{name}."
        return {
            key[len(start) :]: text for key, text in self.texts.items() if key.startswith(start)
        }


@cache
def words(language: str) -> Words:
    """The words of a language; English for one that there is not."""
    chosen = language if language in LANGUAGES else "en"
    return Words(
        chosen,
        {
            f"{file.stem}.{key}": text
            for file in sorted((FOLDER / chosen).glob("*.toml"))
            for key, text in tomllib.loads(file.read_text("utf-8")).items()
        },
    )


def preferred(accepted: str) -> str:
    """The language that a browser likes best among ours, by its Accept-Language (RFC 9110)."""
    ranked: list[tuple[float, str]] = []
    for part in accepted.split(","):
        name, _, weight = part.strip().partition(";q=")
        language = name.strip().lower().partition("-")[0]
        try:
            ranked.append((-float(weight or 1), language))
        except ValueError:
            continue
    ours = [language for weight, language in sorted(ranked, key=lambda each: each[0]) if weight < 0]
    return next((language for language in ours if language in LANGUAGES), "en")
