"""Moments whose day follows from their own keys, and which have no offset beside them."""

from __future__ import annotations

from typing import Annotated, ClassVar

import numpy as np
from pydantic import BeforeValidator, WithJsonSchema

from touchpoints.core.calendar import NEVER, Ints
from touchpoints.core.moment import Occurrences, within
from touchpoints.core.policy import Duration
from touchpoints.moments.base import MomentModel

LONGEST_SECONDS = 3660 * 86400
"""Ten years: as far as offsets reach."""


class Unshifted(MomentModel):
    """A kind of moment without the key `offset`."""

    offset: ClassVar[str] = "0d"  # type: ignore[misc]


def _length(units: str, least: int, example: str) -> BeforeValidator:
    def check(value: object) -> object:
        try:
            length = Duration.parse(value if isinstance(value, str) else "")
            fits = length.unit in units.split() and least <= length.seconds <= LONGEST_SECONDS
        except ValueError:
            fits = False
        if not fits:
            raise ValueError(f"expected a duration such as {example}, at most ten years")
        return value

    return BeforeValidator(check)


_SCHEMA = WithJsonSchema({"type": "string", "pattern": r"^\d+(m|h|d|w)$"})
_DAYS_SCHEMA = WithJsonSchema({"type": "string", "pattern": r"^\d+(d|w)$"})

Delay = Annotated[str, _length("m h d w", 0, "2d or 4h"), _SCHEMA]
Days = Annotated[str, _length("d w", 86400, "90d"), _DAYS_SCHEMA]


def single(day: Ints, base: Ints, labels: list[str], span: tuple[int, int]) -> Occurrences:
    """One occurrence for each dated row whose day lies in the span, both ends included."""
    count = len(day)
    label = np.empty(count, dtype=object)
    label[:] = labels
    found = Occurrences(
        row=np.arange(count, dtype=np.int64),
        day=day,
        base=base,
        label=label,
        offset=np.zeros(count, dtype=np.int64),
        next_day=np.full(count, NEVER, dtype=np.int64),
        earliest=np.zeros(count, dtype=np.int64),
    )
    return within(found, *span)
