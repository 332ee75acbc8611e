"""Silence: so many days after the latest event, under the local date on which it is over."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from tests.builders import day, instant
from tests.moments.dated import found, happened
from touchpoints.core.moment import LatestEventRows
from touchpoints.moments.lapsed import Lapsed

BOUGHT = instant("2026-08-27T23:30", "Asia/Shanghai")


def lapsed(length: str = "90d") -> Lapsed:
    return Lapsed.model_validate({"lapsed": length, "since": "purchase"})


def test_the_day_and_the_key_are_the_local_date_after_so_long() -> None:
    rows = happened(("P1", BOUGHT), ("P2", BOUGHT + 3600))
    assert found(lapsed(), rows, "2026-11-01", "2026-12-31") == [
        (0, "2026-11-25", "2026-11-25"),
        (1, "2026-11-26", "2026-11-26"),
    ]
    seen = lapsed().find(rows, day("2026-11-26"), day("2026-12-31"))
    assert (seen.base.tolist(), seen.earliest.tolist()) == ([day("2026-08-28")], [0])


def test_only_events_that_lie_so_far_back_are_read() -> None:
    asked = lapsed("2w").rows(day("2026-11-25"), day("2026-11-30"))
    assert asked == LatestEventRows("purchase", day("2026-11-11"), day("2026-11-16"))


@pytest.mark.parametrize("length", ["0d", "12h", "3bd", "-5d", "4000d", 90])
def test_the_length_is_days_or_weeks_of_at_most_ten_years(length: object) -> None:
    with pytest.raises(ValidationError):
        lapsed(length)  # type: ignore[arg-type]


def test_nobody_is_silent_who_never_said_anything() -> None:
    assert found(lapsed(), happened(), "2026-01-01", "2026-12-31") == []
