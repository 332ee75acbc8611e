"""Styles where mail programs look for them: on the elements, with the style sheet kept beside.

Several mail programs drop style sheets; those that keep them need them for dark mode.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from css_inline import CSSInliner


def inlined(html: str) -> str:
    """The HTML with the rules of its style sheet on the elements that they are for."""
    return _inliner().inline(html) if "<style" in html else html


@cache
def _inliner() -> CSSInliner:
    # Imported when the first HTML mail is rendered: 3 ms and 4 MB that others need not pay for.
    from css_inline import CSSInliner  # noqa: PLC0415

    return CSSInliner(keep_style_tags=True, load_remote_stylesheets=False, base_url=None)
