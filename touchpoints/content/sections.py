"""Sections: short texts of other messages that one message takes in."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from jinja2 import nodes

from touchpoints.content.catalogue import Catalogue
from touchpoints.content.context import SECTIONS
from touchpoints.content.environment import study
from touchpoints.content.walking import below
from touchpoints.errors import TouchpointsError

SECTION = "section"
"""The name under which a template has its short text: `section.LOCALE.j2`."""


def can_be_section(catalogue: Catalogue, template: str) -> bool:
    """Whether a template has a short text in some locale."""
    return SECTION in catalogue.channels(template)


def has_place(catalogue: Catalogue, template: str, channel: str) -> bool:
    """Whether the texts of a template on a channel have a place for sections, in every locale."""
    locales = catalogue.locales(template, channel)
    return bool(locales) and all(
        _reads_sections(catalogue, template, (channel, locale)) for locale in locales
    )


def merging(
    catalogue: Catalogue, texts: Iterable[tuple[str, str]]
) -> tuple[frozenset[tuple[str, str]], frozenset[str]]:
    """Of texts (template, channel) those with a place, and of their templates those that fit in."""
    known = list(texts)
    return (
        frozenset(each for each in known if has_place(catalogue, *each)),
        frozenset(name for name, _ in known if can_be_section(catalogue, name)),
    )


def _reads_sections(catalogue: Catalogue, template: str, text: tuple[str, str]) -> bool:
    channel, locale = text
    try:
        source = catalogue.find(template, channel, (locale,))
    except TouchpointsError:
        return False
    written = source.html if source.body is None else source.body
    return _names_sections(written or "", str(source.file))


@lru_cache(maxsize=4096)
def _names_sections(text: str, file: str) -> bool:
    """Parsed once: every claim asks for all texts, and one takes 2 ms."""
    tree, _ = study(text, file)
    return tree is not None and any(
        isinstance(node, nodes.Name) and node.name == SECTIONS for node in below(tree)
    )
