"""Filters that the environment puts into a template by itself, to keep it within bounds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from jinja2 import Undefined, pass_context
from jinja2.runtime import Context, markup_join

from touchpoints.content.arithmetic import fits
from touchpoints.content.filters import kind, text
from touchpoints.content.rendering import RENDERING, Rendering
from touchpoints.errors import RenderError

_SAFE_SCHEMES = frozenset({"http", "https", "mailto", "tel", "sms"})
_SCHEME = re.compile(r"([^/?#:]*):")


def joined(pieces: Sequence[object]) -> str:
    """What `~` makes: the pieces as one text, escaped where one of them is HTML already."""
    texts = [text(piece) for piece in pieces]
    fits(sum(map(len, texts)))
    return markup_join(texts)


def link(value: object) -> str:
    """`value` as the target of a link; `#` where its scheme could run something."""
    target = text(value).strip()
    scheme = _SCHEME.match(target)
    return target if scheme is None or scheme[1].lower() in _SAFE_SCHEMES else "#"


@pass_context
def counted(context: Context, items: object) -> Iterator[object]:
    """The items of a loop, each counted as a step. Raises RenderError for what is no list."""
    if isinstance(items, Undefined):
        str(items)  # raises the error that names it
    if not isinstance(items, list | tuple):
        raise RenderError(f"a loop needs a list, not {kind(items)}")
    rendering: Rendering = context[RENDERING]
    for item in items:
        rendering.step()
        yield item


@pass_context
def once(context: Context, template_name: str) -> str:
    """The name of an included template, counted as a step."""
    context[RENDERING].step()
    return template_name


FENCES: Mapping[str, Callable[..., object]] = {
    "counted items": counted,
    "counted include": once,
    "joined texts": joined,
    "safe link": link,
}
"""By names with a blank in them, which no template can write."""
