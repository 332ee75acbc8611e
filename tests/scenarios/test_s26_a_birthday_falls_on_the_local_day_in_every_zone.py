"""S26: a birthday on 15 July falls on the local 15th in every zone."""

from __future__ import annotations

import zoneinfo

import numpy as np

from tests.builders import (
    Person,
    Wanted,
    World,
    day,
    instant,
    local_text,
    policy,
    touchpoint,
    utc_text,
)
from touchpoints.core.moment import Dated
from touchpoints.moments.annual import Annual

ZONES = sorted(name for name in zoneinfo.available_timezones() if "/" in name)


def birthday_world(date: str, zones: list[str]) -> World:
    """One customer for each zone, born on the day of this date, greeted at nine."""
    number = day(date)
    month, of_month = (int(part) for part in date.split("-")[1:])
    born = Dated(*(np.array([value]) for value in (0, 1990, month, of_month)), np.array([None]))
    found = Annual.model_validate({"annual": "birthday"}).find(born, number - 1, number + 1)
    (found_day,), (label,) = found.day.tolist(), found.label.tolist()
    return World(
        policy(touchpoint("greeting")),
        tuple(Wanted("greeting", found_day, label, zone) for zone in zones),
        instant(f"{date}T00:00") - 86400,
        tuple(Person(zone, zone) for zone in zones),
    )


def test_every_zone_is_greeted_on_its_own_15_july_at_nine() -> None:
    decisions = birthday_world("2026-07-15", ZONES).decisions()
    assert len(decisions) == len(ZONES)
    times = {local_text(each.send_at or 0, each.zone) for each in decisions}
    assert times == {"2026-07-15 09:00"}


def test_a_birthday_on_1_june_lasts_fifty_hours_worldwide() -> None:
    plan = birthday_world("2026-06-01", ["Pacific/Kiritimati", "Etc/GMT+12"]).decisions()
    times = sorted(utc_text(each.send_at or 0) for each in plan)
    assert times == ["2026-05-31T19:00Z", "2026-06-01T21:00Z"]
