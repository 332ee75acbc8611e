"""The folder of one template: which channel, locale and variant each of its files is for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from touchpoints.content.files import Stamp

NAME = re.compile(r"[A-Za-z0-9][\w.-]*")
"""What a template may be called."""

_FILE = re.compile(
    r"(?P<channel>[A-Za-z0-9][A-Za-z0-9_-]*)"
    r"(?:\.(?P<locale>(?!html\.)[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*))?"
    r"(?:\+(?P<variant>[A-Za-z0-9][A-Za-z0-9_-]*))?"
    r"(?P<html>\.html)?\.j2"
)


@dataclass(frozen=True, slots=True)
class FileName:
    """What a template file is for, as its name says; `locale` and `variant` may be empty."""

    channel: str
    locale: str
    variant: str
    html: bool

    @classmethod
    def parse(cls, name: str) -> FileName | None:
        """What `email.zh+gold.html.j2` says; None for a name that no template file has."""
        match = _FILE.fullmatch(name)
        if match is None:
            return None
        locale = (match["locale"] or "").replace("_", "-")
        return cls(match["channel"], locale, match["variant"] or "", bool(match["html"]))


Key = tuple[str, str, str]
"""A channel, a locale in small letters (empty: any), and a variant (empty: for everybody)."""


@dataclass(frozen=True, slots=True)
class Folder:
    """What lies in the folder of one template; `locales` are those with a text for everybody."""

    path: Path
    state: Stamp | None
    texts: Mapping[Key, Path]
    htmls: Mapping[Key, Path]
    locales: Mapping[tuple[str, str], str]
    variants: Mapping[tuple[str, str], tuple[str, ...]]

    def orphans(self) -> Iterable[Path]:
        """Variants without the text that everybody else would get."""
        for key, file in {**self.htmls, **self.texts}.items():
            if key[:2] not in self.locales:
                yield file


def read_folder(path: Path, files: Iterable[Path], state: Stamp | None) -> Folder:
    """The files of a folder by what they are for; others are left alone."""
    texts: dict[Key, Path] = {}
    htmls: dict[Key, Path] = {}
    locales: dict[tuple[str, str], str] = {}
    variants: dict[tuple[str, str], list[str]] = {}
    for file in files:
        name = FileName.parse(file.name)
        if name is None:
            continue
        place = (name.channel, lower(name.locale))
        (htmls if name.html else texts)[(*place, name.variant)] = file
        if not name.variant:
            locales[place] = name.locale
        elif name.variant not in variants.setdefault(place, []):
            variants[place].append(name.variant)
    ordered = {place: tuple(sorted(names)) for place, names in variants.items()}
    return Folder(path, state, texts, htmls, locales, ordered)


def lower(locale: str) -> str:
    """A locale as keys have it."""
    return locale.replace("_", "-").lower()
