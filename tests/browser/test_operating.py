"""A day at the operator's desk, in a real browser: look, ask why, resolve, try a change."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import LOOKS, NARROW, WIDE, Visitor
from tests.office import Office
from tests.studio.desk.conftest import DESIGN, HOSTILE_ID, HOSTILE_NAME, Mute
from touchpoints.clock import FixedClock, SystemClock
from touchpoints.core.calendar import zone_clock

Visits = Callable[..., Visitor]

SIZES = pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
PEOPLE = ("C1", "C2", "C3", HOSTILE_ID)


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A bank with something planned for tomorrow, and reminders that may have gone out just now."""
    office, now = Office(tmp_path_factory.mktemp("desk"), DESIGN), SystemClock().now()
    today = zone_clock("Asia/Shanghai").local(int(now.timestamp())).date()
    tomorrow = today + timedelta(1)
    for id_ in PEOPLE:
        name = HOSTILE_NAME if id_ == HOSTILE_ID else f"Ann {id_}"
        office.take("customers", {"id": id_, "name": name, "email": "ann@example.org"})
        office.owes(id_, "L-1", (today + timedelta(3)).isoformat())
        office.owes(id_, "L-2", (today + timedelta(5)).isoformat())
    office.customer("C9", name="Bea", birthday=f"1990-{tomorrow:%m-%d}")
    office.says("C9", "granted", "2026-01-01T10:00:00")
    loop = office.loop(FixedClock(now), email=Mute("email", "email"))
    loop.start()
    loop.plan()
    # After three doubtful answers the channel rests.
    assert loop.deliver().held == 3
    yield office.folder
    loop.database.close()
    office.database.close()


@SIZES
def test_from_the_calendar_to_the_customer_to_the_reason(
    visitors: Visits, size: tuple[int, int]
) -> None:
    visitor = visitors(size)
    page = visitor.page
    page.get_by_role("link", name="Calendar", exact=True).click()
    expect(page.get_by_role("heading", name="What goes out")).to_be_visible()
    page.locator("table.heat.goes tbody td a").last.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.get_by_role("link", name=re.compile("^(Ann|Bea)")).first.click()
    expect(page.get_by_role("heading", name="What is planned")).to_be_visible()
    page.get_by_role("link", name="Why they get what they get").click()
    expect(page.get_by_role("heading", name="What goes out", exact=True)).to_be_visible()
    page.get_by_text("Every gate, in order").first.click()
    expect(page.locator(".gates .yes").first).to_be_visible()
    page.get_by_role("link", name=re.compile("^See .* by email")).first.click()
    expect(page.get_by_role("heading", name="As text")).to_be_visible()
    assert visitor.unwanted == []


@SIZES
def test_a_held_message_is_resolved(visitors: Visits, size: tuple[int, int]) -> None:
    visitor = visitors(size)
    page = visitor.go("/outbox?state=held")
    page.locator("#list tbody th a").first.click()
    page.get_by_role("link", name="It arrived").click()
    expect(page.get_by_role("heading", name="It arrived?")).to_be_visible()
    page.get_by_role("button", name="It arrived").click()
    expect(page.get_by_role("status")).to_contain_text("sent.")
    page.get_by_role("link", name="Back").click()
    expect(page.get_by_text("operator").first).to_be_visible()
    assert visitor.unwanted == []


def test_the_keyboard_alone_finds_somebody(visitors: Visits) -> None:
    visitor = visitors()
    page = visitor.go("/customer")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("Bea")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("1 found")
    page.get_by_role("link", name="Bea").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Bea")
    assert visitor.unwanted == []


def test_a_change_is_tried_and_then_saved(visitors: Visits, bank: Path) -> None:
    visitor = visitors()
    page = visitor.go("/policy")
    page.locator("summary").first.click()
    page.get_by_label("at most").first.fill("2")
    page.get_by_role("button", name="See what changes").first.click()
    expect(page.get_by_role("heading", name="What changes")).to_be_visible(timeout=60_000)
    assert "max: 1, per: 1d}   # not more" in bank.joinpath("touchpoints.yaml").read_text("utf-8")
    page.get_by_role("button", name="Check and save").click()
    expect(page.get_by_role("heading", name="Saved")).to_be_visible()
    assert "max: 2, per: 1d}   # not more" in bank.joinpath("touchpoints.yaml").read_text("utf-8")
    assert visitor.unwanted == []


@LOOKS
def test_everybody_can_use_every_page(visitors: Visits, size: tuple[int, int], locale: str) -> None:
    visitor = visitors(size, locale)
    paths = [
        "/calendar",
        "/calendar/list",
        "/customer?q=a",
        "/outbox",
        "/outbox/pause?touchpoint=*",
    ]
    paths += ["/policy", "/outbox/message?no=1", "/customer/explain?id=C1", "/customer?id=C1"]
    paths += ["/customer/preview?id=C1&touchpoint=reminder&channel=email"]
    found = {}
    for path in paths:
        visitor.go(path)
        found[path] = visitor.faults()
    assert {path: faults for path, faults in found.items() if faults} == {}
    assert visitor.unwanted == []


def test_a_name_made_to_do_harm_does_none(visitors: Visits) -> None:
    visitor = visitors()
    page = visitor.go("/customer?q=..")
    page.get_by_role("link").filter(has_text="script").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("{{7*7}}")
    page.get_by_role("link", name="Why they get what they get").click()
    expect(page.get_by_role("link", name=re.compile("script")).first).to_be_visible()
    page.go_back()
    page.get_by_role("link", name="reminder, email").click()
    expect(page.get_by_role("heading", name="As text")).to_be_visible()
    assert visitor.unwanted == []


def test_the_language_changes_and_the_page_stays(visitors: Visits) -> None:
    visitor = visitors()
    page = visitor.go("/customer?id=C1")
    page.get_by_role("button", name="中文").click()
    expect(page.get_by_role("heading", name="客户自己的要求")).to_be_visible()
    assert page.url.endswith("/customer?id=C1")
    assert visitor.unwanted == []
