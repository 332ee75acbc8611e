"""Which template files there are, and which one a message is written from."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from touchpoints.content.context import nearest
from touchpoints.content.files import read_source, stamp
from touchpoints.content.frontmatter import split
from touchpoints.errors import UsageError

_NAME = re.compile(r"[A-Za-z0-9][\w.-]*")
_FILE = re.compile(
    r"(?P<channel>[A-Za-z0-9][A-Za-z0-9_-]*)"
    r"(?:\.(?P<locale>(?!html\.)[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*))?"
    r"(?P<html>\.html)?\.j2"
)


@dataclass(frozen=True, slots=True)
class Source:
    """One template as it was written: the text file, cut in two, and the HTML file beside it.

    `body_line` is the line of `file` on which `body` starts; `subject` is template text too.
    """

    channel: str
    locale: str
    file: Path
    subject: str | None
    front: Mapping[str, str]
    body: str
    body_line: int
    html: str | None = None
    html_file: Path | None = None
    front_lines: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Folder:
    """What lies in the folder of one template: files by channel and lower-case locale."""

    path: Path
    state: tuple[int, int]
    texts: Mapping[tuple[str, str], Path]
    htmls: Mapping[tuple[str, str], Path]
    locales: Mapping[tuple[str, str], str]


@dataclass(slots=True)
class Catalogue:
    """The templates of a workspace, read anew whenever a file changes.

    Folders whose name starts with `_` or `.` hold shared files, not templates.
    """

    root: Path
    _folders: dict[str, _Folder] = field(default_factory=dict)
    _sources: dict[Path, tuple[object, Source]] = field(default_factory=dict)

    def names(self) -> tuple[str, ...]:
        """The names of all templates, sorted."""
        if not self.root.is_dir():
            return ()
        folders = (path.name for path in self.root.iterdir() if path.is_dir())
        return tuple(sorted(name for name in folders if self._folder(name) is not None))

    def channels(self, template: str) -> tuple[str, ...]:
        """The channels that a template is written for, sorted."""
        folder = self._folder(template)
        return tuple(sorted({channel for channel, _ in folder.locales})) if folder else ()

    def locales(self, template: str, channel: str) -> tuple[str, ...]:
        """The locales a template is written in, sorted; an empty text is the file without one."""
        folder = self._folder(template)
        if folder is None:
            return ()
        found = (name for (on, _), name in folder.locales.items() if on == channel)
        return tuple(sorted(found))

    def find(self, template: str, channel: str, locales: Sequence[str]) -> Source:
        """The first file among these locales, then the file without a locale.

        Raises UsageError, with what was looked for and what there is, where there is none.
        """
        folder = self._folder(template)
        if folder is not None:
            for locale in (*locales, ""):
                path = folder.texts.get((channel, _key(locale)))
                if path is not None:
                    return self._source(path, folder, (channel, _key(locale)))
        raise UsageError(self._absent(template, channel, locales))

    def _folder(self, template: str) -> _Folder | None:
        """The files of one template, or None where there is no such folder."""
        kept = self._folders.get(template)
        if kept is None and not _NAME.fullmatch(template):
            return None
        path = kept.path if kept else self.root / template
        state = stamp(path)
        if state is None:
            return None
        if kept is None or kept.state != state:
            kept = self._folders[template] = _read_folder(path, state)
        return kept if kept.locales else None

    def _source(self, path: Path, folder: _Folder, key: tuple[str, str]) -> Source:
        html_file = folder.htmls.get(key)
        state = (stamp(path), stamp(html_file) if html_file else None)
        kept = self._sources.get(path)
        if kept is not None and kept[0] == state:
            return kept[1]
        parts = split(read_source(path), str(path))
        source = Source(
            channel=key[0],
            locale=folder.locales[key],
            file=path,
            subject=parts.front.get("subject"),
            front=parts.front,
            body=parts.body,
            body_line=parts.body_line,
            html=read_source(html_file) if html_file else None,
            html_file=html_file,
            front_lines=parts.lines,
        )
        self._sources[path] = (state, source)
        return source

    def _absent(self, template: str, channel: str, locales: Sequence[str]) -> str:
        folder = self._folder(template)
        if folder is None:
            names = self.names()
            guess = nearest(template, names) or f"there is {', '.join(names) or 'none'}"
            return f"no template {template!r} in {self.root}; {guess}"
        wanted = ", ".join(f"{channel}.{locale}.j2" for locale in locales)
        there = ", ".join(sorted(path.name for path in folder.texts.values()))
        return (
            f"template {template!r} has no text for {channel}: looked for {wanted}, {channel}.j2"
            f" in {self.root / template}; there is {there or 'none'}"
        )


def locale_chain(locale: str | None, fallback: str) -> tuple[str, ...]:
    """The locales to try in turn: the customer's, its language, the workspace's, English.

    `zh_cn` with the fallback `fr-CA` gives `zh-CN`, `zh`, `fr-CA`, `fr`, `en`.
    """
    chain: list[str] = []
    for name in (locale, fallback, "en"):
        parts = [part for part in (name or "").strip().replace("_", "-").split("-") if part]
        written = [_written(part, place) for place, part in enumerate(parts)]
        chain.extend("-".join(written[:length]) for length in range(len(written), 0, -1))
    return tuple(dict.fromkeys(chain))


def _written(part: str, place: int) -> str:
    """A part of a locale as it is usually written: zh, Hant, TW."""
    if place == 0:
        return part.lower()
    return part.title() if len(part) == 4 else part.upper()


def _key(locale: str) -> str:
    return locale.replace("_", "-").lower()


def _read_folder(path: Path, state: tuple[int, int]) -> _Folder:
    texts: dict[tuple[str, str], Path] = {}
    htmls: dict[tuple[str, str], Path] = {}
    locales: dict[tuple[str, str], str] = {}
    for file in sorted(path.iterdir()):
        match = _FILE.fullmatch(file.name)
        if match is None or not file.is_file():
            continue
        locale = (match["locale"] or "").replace("_", "-")
        key = (match["channel"], _key(locale))
        (htmls if match["html"] else texts)[key] = file
        locales[key] = locale
    return _Folder(path, state, texts, htmls, locales)
