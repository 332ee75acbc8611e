"""What all kinds of moments share: a frozen model of the policy's keys, and offsets in days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar

import numpy as np
import numpy.typing as npt
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from touchpoints.core.offset import EXPECTED, MONDAY_TO_FRIDAY, Offset, dates_around
from touchpoints.core.workdays import Workdays


def _as_offset(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(EXPECTED)
    Offset.parse(value)
    return value.strip()


def _each_once(offsets: tuple[str, ...]) -> tuple[str, ...]:
    if len({Offset.parse(text) for text in offsets}) != len(offsets):
        raise ValueError("each offset may stand here only once")
    return offsets


OffsetText = Annotated[str, BeforeValidator(_as_offset)]
OffsetTexts = Annotated[tuple[OffsetText, ...], Field(min_length=1), AfterValidator(_each_once)]


class MomentModel(BaseModel):
    """The keys of one kind of moment in the policy; `keyword` is the key that tells the kind."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    keyword: ClassVar[str]
    offset: OffsetText | OffsetTexts = "0d"

    @property
    def offsets(self) -> tuple[Offset, ...]:
        """Days or business days before (negative) or after the date, as the policy lists them."""
        texts = (self.offset,) if isinstance(self.offset, str) else self.offset
        return tuple(Offset.parse(text) for text in texts)

    def dates(
        self, first: int, last: int, calendars: Sequence[Workdays] = MONDAY_TO_FRIDAY
    ) -> tuple[int, int]:
        """The first and last date that some offset takes into the days `first` to `last`."""
        return dates_around(self.offsets, first, last, calendars)

    def labels(self, names: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
        """The keys of each name, a column for each offset, which a list of offsets adds: `@-3d`."""
        listed = not isinstance(self.offset, str)
        columns = [names + f"@{offset}" if listed else names for offset in self.offsets]
        return np.column_stack(columns).reshape(len(names), len(columns))

    def describe(self) -> Mapping[str, Any]:
        """The moment as the policy writes it."""
        return self.model_dump(exclude_defaults=True)
