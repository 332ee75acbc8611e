"""A forecast is the plan of `preview`, counted; every line of it stands in one cell."""

from __future__ import annotations

from collections import Counter

from tests.office import Office, at
from touchpoints.core.calendar import day_of, zone_clock
from touchpoints.engine.brief import Brief
from touchpoints.engine.forecast import NOTHING, Choice, Forecast
from touchpoints.engine.planning import preview
from touchpoints.gates import all_gates

NOON = "2026-11-24T12:00:00"


def forecast(office: Office, days: int = 7) -> Forecast:
    brief = Brief.of(office.workspace, at(NOON), days)
    return Forecast.of(preview(office.database, brief, all_gates()), brief)


def peopled(office: Office) -> Office:
    for number, zone in enumerate(("Asia/Shanghai", "America/Los_Angeles", "Pacific/Auckland")):
        office.customer(f"C{number}", birthday="1990-11-25", timezone=zone)
        office.says(f"C{number}", "granted", "2026-01-01T10:00:00")
        office.owes(f"C{number}", "L", "2026-11-28")
    office.customer("C9", birthday="1990-11-26", status="closed")
    return office


def test_every_line_of_the_plan_is_in_it_once(office: Office) -> None:
    found = forecast(peopled(office))
    lines = [each.as_line() for each in found.decisions(found.chosen(Choice()))]
    expected = [each.as_line() for each in office.preview(NOON)]
    assert sorted(map(str, lines)) == sorted(map(str, expected))


def test_counts_are_those_of_the_decisions(office: Office) -> None:
    found = forecast(peopled(office))
    rows = found.chosen(Choice(verdict="send"))
    told = {
        (found.touchpoints[touchpoint], found.channels[channel], day): count
        for (touchpoint, channel, day), count in found.counts(
            rows, "touchpoint", "channel", "day"
        ).items()
    }
    assert told == Counter(
        (each.touchpoint, each.channel, zone_clock(each.zone).local_day(each.send_at or 0))
        for each in office.preview(NOON)
        if each.verdict == "send"
    )


def test_a_choice_leaves_what_it_says(office: Office) -> None:
    found = forecast(peopled(office))
    for choice in (
        Choice(touchpoint="greeting"),
        Choice(channel="email", verdict="send"),
        Choice(verdict="withhold", reason="blocked"),
        Choice(day=day_of(at("2026-11-25").date())),
    ):
        for decision in found.decisions(found.chosen(choice)):
            assert choice.touchpoint in {None, decision.touchpoint}
            assert choice.channel in {None, decision.channel}
            assert choice.verdict in {None, decision.verdict}
            assert choice.reason in {None, decision.reason}
    assert not len(found.chosen(Choice(touchpoint="unknown")))


def test_what_stays_in_counts_on_the_first_day_of_the_horizon_that_it_had(office: Office) -> None:
    found = forecast(peopled(office))
    (row,) = found.chosen(Choice(reason="blocked")).tolist()
    assert found.day[row] == day_of(at("2026-11-26").date())
    assert found.channel[row] == NOTHING


def test_nobody_makes_an_empty_forecast(office: Office) -> None:
    found = forecast(office)
    assert len(found.chosen(Choice())) == 0
    assert found.counts(found.chosen(Choice()), "day") == {}
    assert len(found.days) == 8
