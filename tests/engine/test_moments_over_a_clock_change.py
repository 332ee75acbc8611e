"""Every moment simulated while New York springs forward, on 8 March 2026 at two."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.occasions import TOUCHPOINT, happens, ruled
from tests.office import Office

NEW_YORK = {"timezone": "America/New_York"}
SPAN = ("--from", "2026-03-06T00:00:00-05:00", "--until", "2026-03-12T00:00:00-04:00")


def simulated(office: Office, touchpoint: str) -> list[tuple[str, str]]:
    lines = office.lines("simulate", *SPAN, "--format", "jsonl")
    return [
        (line["occurrence"], line["send_at"]) for line in lines if line["touchpoint"] == touchpoint
    ]


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("{event: parcel-left}", ("E1", "2026-03-08T01:30:00-05:00")),
        ("{event: parcel-left, offset: 1d}", ("E1", "2026-03-09T00:00:00-04:00")),
        ("{lapsed: 2d, since: parcel-left}", ("2026-03-10", "2026-03-10T00:00:00-04:00")),
        ("{schedule: 'FREQ=MONTHLY;BYMONTHDAY=8'}", ("2026-03-08", "2026-03-08T00:00:00-05:00")),
        ("{after: alarm, delay: 2h}", ("C1/alarm/E1", "2026-03-08T04:30:00-04:00")),
        ("{after: alarm, delay: 24h}", ("C1/alarm/E1", "2026-03-09T02:30:00-04:00")),
        ("{after: alarm, delay: 1d}", ("C1/alarm/E1", "2026-03-09T00:00:00-04:00")),
    ],
)
def test_every_moment_is_simulated_over_a_clock_change(
    opened: Callable[[str], Office], moment: str, expected: tuple[str, str]
) -> None:
    alarm = TOUCHPOINT.format(
        name="alarm", moment="{event: parcel-left}", opens="0d", closes="1d", audience="true"
    )
    office = opened(ruled("note", moment, "0d", "1d") + alarm)
    office.customer(**NEW_YORK)
    happens(office, "2026-03-08T01:30:00-05:00")
    assert simulated(office, "note") == [expected]


@pytest.mark.parametrize(("at_hour", "expected"), [("02:30", "03:30:00-04:00")])
def test_a_schedule_at_a_time_that_does_not_exist_moves_forward_by_the_gap(
    opened: Callable[[str], Office], at_hour: str, expected: str
) -> None:
    office = opened(
        ruled("note", "{schedule: 'FREQ=DAILY'}", "0d", "1d") + f'    at: "{at_hour}"\n'
    )
    office.customer(**NEW_YORK)
    sends = dict(simulated(office, "note"))
    assert sends["2026-03-08"] == f"2026-03-08T{expected}"
    assert sends["2026-03-09"] == "2026-03-09T02:30:00-04:00"
