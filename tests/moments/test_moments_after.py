"""Follow-ups: so long after a message, in local dates or elapsed time, under its key."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from tests.builders import day, instant
from tests.moments.dated import found, happened
from touchpoints.core.moment import SentRows
from touchpoints.moments.after import After

NEW_YORK = "America/New_York"
WENT = instant("2026-03-07T22:00", NEW_YORK)
KEY = "C1/survey/E1"


def after(**keys: object) -> After:
    return After.model_validate({"after": "survey"} | keys)


@pytest.mark.parametrize(
    ("delay", "when"),
    [("0d", "2026-03-07"), ("1d", "2026-03-08"), ("2w", "2026-03-21")],
)
def test_days_and_weeks_are_local_dates_after_it_went_out(delay: str, when: str) -> None:
    moment = after(delay=delay)
    rows = happened((KEY, WENT), zone=NEW_YORK)
    assert found(moment, rows, "2026-03-01", "2026-03-31") == [(0, KEY, when)]
    assert moment.find(rows, day("2026-03-01"), day("2026-03-31")).earliest.tolist() == [0]
    asked = moment.rows(day(when), day(when))
    assert asked == SentRows("survey", "accepted", day("2026-03-07"), day("2026-03-07"))


def test_hours_are_elapsed_time_also_over_a_clock_change() -> None:
    moment = after(delay="10h")
    asked = moment.rows(day("2026-03-08"), day("2026-03-08"))
    assert asked == SentRows(
        "survey", "accepted", day("2026-03-08"), day("2026-03-08"), delay=36_000
    )
    # The store dates such rows by the instant at which the delay is over.
    rows = happened((KEY, WENT + asked.delay), zone=NEW_YORK)
    assert found(moment, rows, "2026-03-01", "2026-03-31") == [(0, KEY, "2026-03-08")]
    seen = moment.find(rows, day("2026-03-01"), day("2026-03-31"))
    assert seen.earliest.tolist() == [instant("2026-03-08T09:00", NEW_YORK)]


@pytest.mark.parametrize(
    "keys",
    [
        {"delay": "-1d"},
        {"delay": "1bd"},
        {"outcome": "not bounced"},
        {"offset": "1d"},
        {"delay": "9999d"},
    ],
)
def test_what_makes_no_sense_is_refused(keys: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        after(**keys)


def test_a_message_that_does_not_fall_into_the_days_has_no_follow_up() -> None:
    rows = happened((KEY, WENT), zone=NEW_YORK)
    assert found(after(delay="1d"), rows, "2026-03-09", "2026-03-31") == []
