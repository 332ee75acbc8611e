"""Which template files there are, and which one a message is written from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from touchpoints.content.context import nearest
from touchpoints.content.files import KeptFiles, TemplateFiles
from touchpoints.content.folder import NAME, Folder, Key, lower, read_folder
from touchpoints.content.frontmatter import Parts, Variable, split
from touchpoints.errors import UsageError


@dataclass(frozen=True, slots=True)
class Source:
    """One template as it was written: the text file, cut in two, and the HTML file beside it.

    `body_line` is the line of `file` on which `body` starts; `subject` is template text too. Where
    only an HTML file is written, it is `file`, has the front matter, and `body` is None. `variants`
    are other texts for some of the customers, each with its rule `when`, in the order of asking.
    """

    channel: str
    locale: str
    file: Path
    subject: str | None
    front: Mapping[str, str]
    body: str | None
    body_line: int
    html: str | None = None
    html_file: Path | None = None
    html_line: int = 1
    front_lines: Mapping[str, int] = field(default_factory=dict)
    variables: tuple[Variable, ...] = ()
    variant: str = ""
    variants: tuple[Source, ...] = ()

    @property
    def when(self) -> str | None:
        """Whom this text is for: an expression; None for everybody else."""
        return self.front.get("when")


@dataclass(slots=True)
class Catalogue:
    """The templates of a workspace, read anew whenever a file changes; or only `once`.

    Folders whose name starts with `_` or `.` hold shared files, not templates. `drafts` are texts
    that stand for files of the folder, named as in it: what an editor has not saved yet.
    """

    root: Path
    drafts: Mapping[str, str] = field(default_factory=dict)
    once: bool = False
    files: TemplateFiles = field(init=False)
    _folders: dict[str, Folder] = field(default_factory=dict, init=False)
    _sources: dict[Path, tuple[object, Source]] = field(default_factory=dict, init=False)
    _found: dict[tuple[str, str, tuple[str, ...]], Source] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self.files = (KeptFiles if self.once else TemplateFiles)(self.root, self.drafts)

    def names(self) -> tuple[str, ...]:
        """The names of all templates, sorted."""
        return tuple(name for name in self.files.folders() if self.folder(name) is not None)

    def channels(self, template: str) -> tuple[str, ...]:
        """The channels that a template is written for, sorted."""
        folder = self.folder(template)
        return tuple(sorted({channel for channel, _ in folder.locales})) if folder else ()

    def locales(self, template: str, channel: str) -> tuple[str, ...]:
        """The locales a template is written in, sorted; an empty text is the file without one."""
        folder = self.folder(template)
        if folder is None:
            return ()
        found = (name for (on, _), name in folder.locales.items() if on == channel)
        return tuple(sorted(found))

    def find(self, template: str, channel: str, locales: Sequence[str]) -> Source:
        """The first file among these locales, then the file without a locale.

        Raises UsageError, with what was looked for and what there is, where there is none.
        """
        wanted = (template, channel, tuple(locales))
        found = self._found.get(wanted) or self._looked_for(*wanted)
        if found is None:
            raise UsageError(self._absent(template, channel, locales))
        if self.once:
            self._found[wanted] = found
        return found

    def _looked_for(self, template: str, channel: str, locales: tuple[str, ...]) -> Source | None:
        folder = self.folder(template)
        if folder is None:
            return None
        for locale in (*locales, ""):
            if (channel, lower(locale)) in folder.locales:
                return self._source(folder, (channel, lower(locale), ""))
        return None

    def folder(self, template: str) -> Folder | None:
        """The files of one template, or None where there is no such folder."""
        kept = self._folders.get(template)
        if kept is None and not NAME.fullmatch(template):
            return None
        path = kept.path if kept else self.root / template
        state = self.files.stamp(path)
        if state is None and not self.drafts:
            return None
        if kept is None or kept.state != state:
            kept = self._folders[template] = read_folder(path, self.files.within(path), state)
        return kept if kept.locales else None

    def _source(self, folder: Folder, key: Key) -> Source:
        path, html_file = folder.texts.get(key), folder.htmls.get(key)
        names = folder.variants.get(key[:2], ()) if not key[2] else ()
        variants = tuple(self._source(folder, (*key[:2], name)) for name in names)
        state = (
            self.files.stamp(path) if path else None,
            self.files.stamp(html_file) if html_file else None,
            *map(id, variants),
        )
        file = path or html_file
        assert file is not None  # noqa: S101 - a folder lists what it has
        kept = self._sources.get(file)
        if kept is None or kept[0] != state:
            parts = split(self.files.read(file), str(file))
            html = self.files.read(html_file) if path and html_file else None
            source = _written(folder, key, parts, (html, variants))
            kept = self._sources[file] = (state, source)
        return kept[1]

    def _absent(self, template: str, channel: str, locales: Sequence[str]) -> str:
        folder = self.folder(template)
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


def _written(
    folder: Folder, key: Key, parts: Parts, further: tuple[str | None, tuple[Source, ...]]
) -> Source:
    """A source from its files; `further` are the HTML beside a text, and the variants."""
    html, variants = further
    text_file, html_file = folder.texts.get(key), folder.htmls.get(key)
    file = text_file or html_file
    assert file is not None  # noqa: S101 - the caller has read it
    return Source(
        channel=key[0],
        locale=folder.locales[key[:2]],
        file=file,
        subject=parts.front.get("subject"),
        front=parts.front,
        body=parts.body if text_file else None,
        body_line=parts.body_line,
        html=html if text_file else parts.body,
        html_file=html_file,
        html_line=1 if text_file else parts.body_line,
        front_lines=parts.lines,
        variables=parts.variables,
        variant=key[2],
        variants=variants,
    )


@lru_cache(maxsize=1024)
def locale_chain(locale: str | None, fallback: str) -> tuple[str, ...]:
    """The locales to try in turn: the customer's, its language, the workspace's, English.

    `zh_cn` with the fallback `fr-CA` gives `zh-CN`, `zh`, `fr-CA`, `fr`, `en`.
    """
    chain: list[str] = []
    for name in (locale, fallback, "en"):
        parts = [part for part in (name or "").strip().replace("_", "-").split("-") if part]
        written = [_usual(part, place) for place, part in enumerate(parts)]
        chain.extend("-".join(written[:length]) for length in range(len(written), 0, -1))
    return tuple(dict.fromkeys(chain))


def _usual(part: str, place: int) -> str:
    """A part of a locale as it is usually written: zh, Hant, TW."""
    if place == 0:
        return part.lower()
    return part.title() if len(part) == 4 else part.upper()
