"""What all kinds of moments share: a frozen model of the policy's keys, and offsets in days."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from touchpoints.core.policy import Duration


def _as_offset(value: object) -> str:
    if not isinstance(value, str) or Duration.parse(value).days is None:
        raise ValueError("expected an offset in days such as -3d, or a list of them")
    return value.strip()


def _each_once(offsets: tuple[str, ...]) -> tuple[str, ...]:
    if len({Duration.parse(text).days for text in offsets}) != len(offsets):
        raise ValueError("each offset may stand here only once")
    return offsets


Offset = Annotated[str, BeforeValidator(_as_offset)]
Offsets = Annotated[tuple[Offset, ...], Field(min_length=1), AfterValidator(_each_once)]


class MomentModel(BaseModel):
    """The keys of one kind of moment in the policy; `keyword` is the key that tells the kind."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    keyword: ClassVar[str]
    offset: Offset | Offsets = "0d"

    @property
    def offsets(self) -> tuple[int, ...]:
        """Days before (negative) or after the date, ascending."""
        texts = (self.offset,) if isinstance(self.offset, str) else self.offset
        return tuple(sorted(Duration.parse(text).days or 0 for text in texts))

    def describe(self) -> Mapping[str, Any]:
        """The moment as the policy writes it."""
        return self.model_dump(exclude_defaults=True)
