"""The calendar shows the plan of `preview`, day by day, and the list behind each number."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.studio.desk.conftest import NOW, Desk, harmless
from touchpoints.studio.heatmap import LEVELS, level


def test_the_numbers_are_those_of_preview(desk: Desk) -> None:
    decisions = desk.office.preview(NOW)
    going = sum(each.verdict == "send" for each in decisions)
    page = desk.see("/calendar")
    assert f"{going} messages go out, {len(decisions) - going} do not" in page.text
    for reason in {each.reason for each in decisions if each.reason}:
        assert reason in page.text


def test_a_number_opens_exactly_its_lines(desk: Desk) -> None:
    places = desk.see("/calendar").links("/calendar/list")
    assert places
    for place in places:
        page = desk.see(place)
        lines = len(page.links("/customer/explain"))
        assert f"{lines} lines, page 1 of 1" in page.text
        harmless(page)


def test_days_are_those_of_the_customers_clock(desk: Desk) -> None:
    desk.office.customer("C9", birthday="1990-11-24", timezone="America/Los_Angeles")
    desk.office.says("C9", "granted", "2026-01-01T10:00:00")
    page = desk.see("/calendar/list", day="2026-11-24", touchpoint="greeting", days=3)
    assert "Tue 2026-11-24 00:00" in page.text


def test_filters_narrow_the_list_down(desk: Desk) -> None:
    decisions = desk.office.preview(NOW)
    counts = Counter((each.touchpoint, each.verdict) for each in decisions)
    for (touchpoint, verdict), count in counts.items():
        page = desk.see("/calendar/list", touchpoint=touchpoint, verdict=verdict)
        assert f"{count} lines" in page.text
    assert "0 lines" in desk.see("/calendar/list", touchpoint="no-such").text
    assert "0 lines" in desk.see("/calendar/list", reason="<script>").text


def test_why_something_stays_in_is_said_in_words(desk: Desk) -> None:
    page = desk.see("/calendar/list", verdict="withhold", reason="no_address")
    assert "there is no usable address" in page.text
    desk.speak("zh")
    assert "没有可用的联系地址" in desk.see("/calendar/list", reason="no_address").text


def test_another_instant_stands_for_now(desk: Desk) -> None:
    page = desk.see("/calendar", as_of="2026-11-26T09:00:00+08:00", days=1)
    assert "As of Thu 2026-11-26 09:00" in page.text


def test_the_plan_is_kept_until_data_change(desk: Desk) -> None:
    before = desk.see("/calendar").text
    desk.office.customer("C5", birthday="1990-11-25")
    again = desk.see("/calendar")
    assert "Data have changed" in again.text
    assert before.split("What goes out")[1] == again.text.split("What goes out")[1]
    desk.studio.clock.move_to(NOW.replace(minute=5))  # type: ignore[attr-defined]
    assert "Data have changed" not in desk.see("/calendar").text


@pytest.mark.parametrize(
    "asked",
    [
        {"days": "0"},
        {"days": "32"},
        {"days": "9" * 5000},
        {"days": "x"},
        {"as_of": "yesterday"},
        {"as_of": "2026-11-24T09:00"},
        {"as_of": "9999-12-31T23:00:00Z"},
        {"touchpoint": "x" * 501},
    ],
)
def test_what_makes_no_sense_is_refused_in_words(desk: Desk, asked: dict[str, str]) -> None:
    desk.refuses("/calendar", **asked)


def test_a_page_never_has_more_than_fifty_lines(desk: Desk) -> None:
    records = [
        {"id": f"P{number:03}", "name": f"P {number}", "email": f"p{number}@example.org"}
        for number in range(120)
    ]
    desk.office.take("customers", *records)
    for record in records:
        desk.office.owes(str(record["id"]), "L", "2026-11-27")
    first = desk.see("/calendar/list", touchpoint="reminder")
    assert len(first.links("/customer/explain")) == 50
    last = desk.see("/calendar/list", touchpoint="reminder", page=999)
    assert "page 3 of 3" in last.text
    assert len(last.links("/customer/explain")) == 23


def test_shades_grow_with_the_count() -> None:
    levels = [level(count, 1000) for count in (0, 1, 40, 90, 200, 400, 1000)]
    assert levels == sorted(levels)
    assert (levels[0], levels[1], levels[-1]) == (0, 1, LEVELS)
