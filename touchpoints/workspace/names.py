"""Near misses: which name somebody may have meant."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that is most like `name`, whatever the case, or None."""
    by_folded = {candidate.casefold(): candidate for candidate in known}
    found = get_close_matches(name.casefold()[:100], by_folded, n=1)
    return by_folded[found[0]] if found else None


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A question that offers the nearest known name, or an empty text."""
    near = nearest(name, known)
    return f"did you mean `{near}`?" if near else ""


def listed(names: Iterable[str]) -> str:
    """Names in a sentence: `a, b, c`."""
    return ", ".join(f"`{name}`" for name in names)
