"""Names that a command was given: those it knows, and the nearest one for those it does not."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path

from touchpoints.content.catalogue import Catalogue
from touchpoints.content.context import nearest
from touchpoints.errors import UsageError


def known_touchpoint(name: str, known: Iterable[str]) -> None:
    """Raises UsageError, with the nearest name, for a touchpoint that the policy does not have."""
    names = list(known)
    if name not in names:
        near = get_close_matches(name, names, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(names) or 'none'}"
        raise UsageError(f"no touchpoint {name!r} in the policy; {hint}")


def known_template(name: str, root: Path) -> None:
    """Raises UsageError for a template that is not there."""
    names = Catalogue(root).names()
    if name not in names:
        hint = nearest(name, names) or f"there are {', '.join(names) or 'none'}"
        raise UsageError(f"no template {name!r} in {root}; {hint}")
