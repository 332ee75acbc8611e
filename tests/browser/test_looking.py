"""What an author looks at beside the text: a push card, the history, a real customer's message."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NARROW, WIDE, Visitor, started

Visits = Callable[..., Visitor]

SIZES = pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
PUSH = "templates/birthday/push.en.j2"
SMS = "/templates/edit/birthday/sms.en.j2"
EMMA = "customer:C03"


def git(folder: Path, *arguments: str) -> None:
    """One command of git, by somebody."""
    who = ("-c", "user.name=Ann", "-c", "user.email=ann@harbour.example")
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A starter workspace in git, where the greeting by SMS has changed once, and push is new."""
    folder = started(tmp_path_factory.mktemp("looking") / "bank")
    git(folder, "init", "-q")
    git(folder, "add", "templates")
    git(folder, "commit", "-q", "-m", "First words")
    sms = folder / "templates/birthday/sms.en.j2"
    sms.write_text(sms.read_text("utf-8").replace("Happy birthday", "Merry birthday"), "utf-8")
    git(folder, "commit", "-q", "-a", "-m", "<b>Merrier</b> words")
    (folder / PUSH).write_text("{{ customer.given_name|default('You') }}, a good year!", "utf-8")
    return folder


def look(visitor: Visitor, size: tuple[int, int]) -> None:
    """On a phone the preview is a page of its own."""
    if size == NARROW:
        visitor.page.get_by_role("button", name="Preview").click()


@SIZES
def test_a_push_message_is_shown_as_a_card(visitors: Visits, size: tuple[int, int]) -> None:
    visitor = visitors(size)
    page = visitor.go(f"/templates/edit/{PUSH.removeprefix('templates/')}")
    look(visitor, size)
    card = page.locator("#push")
    expect(card).to_be_visible()
    expect(card.locator("#pusher")).to_have_text("Harbour Bank")
    expect(card.locator("#pushed")).to_have_text("Ann, a good year!")
    expect(page.locator("#sms")).to_be_hidden()
    expect(page.locator("#mail")).to_be_hidden()
    expect(page.locator("#widths")).to_be_hidden()
    page.get_by_role("button", name="200 letters").click()
    expect(card.locator("#pushed")).to_contain_text("Wolfeschlegel")
    assert visitor.faults() == []
    assert visitor.unwanted == []


@SIZES
def test_the_history_shows_what_a_text_said_and_puts_it_back(
    visitors: Visits, bank: Path, size: tuple[int, int]
) -> None:
    visitor = visitors(size)
    page = visitor.go(SMS)
    page.get_by_role("button", name="History").click()
    dialog = page.get_by_role("dialog")
    commits = dialog.locator("#commits").get_by_role("button")
    expect(commits).to_have_count(2)
    expect(commits.first).to_contain_text("<b>Merrier</b> words")
    expect(commits.first).to_contain_text("Ann")
    commits.last.focus()
    page.keyboard.press("Enter")
    expect(dialog.locator("#old")).to_contain_text("Happy birthday")
    assert visitor.faults() == []
    dialog.get_by_role("button", name="Put this text into the editor").click()
    expect(dialog).to_be_hidden()
    expect(page.locator(".cm-content")).to_contain_text("Happy birthday")
    expect(page.locator("#saved")).to_have_text("Not saved yet")
    assert "Merry birthday" in (bank / "templates/birthday/sms.en.j2").read_text("utf-8")
    assert visitor.unwanted == []


def test_the_history_is_left_with_the_escape_key(visitors: Visits) -> None:
    visitor = visitors()
    page = visitor.go(SMS)
    history = page.get_by_role("button", name="History")
    history.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(history).to_be_focused()


def test_a_text_that_git_does_not_know_has_no_history(visitors: Visits) -> None:
    visitor = visitors()
    page = visitor.go(f"/templates/edit/{PUSH.removeprefix('templates/')}")
    page.get_by_role("button", name="History").click()
    expect(page.locator("#no-history")).to_be_visible()
    assert visitor.unwanted == []


@SIZES
def test_a_text_is_tried_on_a_real_customer(visitors: Visits, size: tuple[int, int]) -> None:
    visitor = visitors(size)
    page = visitor.go(SMS)
    look(visitor, size)
    bubbles = page.locator("#bubbles")
    expect(bubbles).to_contain_text("birthday, Ann!")
    page.get_by_label("For").select_option(EMMA)
    expect(bubbles).to_contain_text("birthday, Emma!")
    expect(page.locator("#remark")).to_contain_text("sms.en.j2, as en-GB")
    page.get_by_label("For").select_option("other")
    page.get_by_label("Customer", exact=True).fill("C04")
    page.keyboard.press("Tab")
    expect(bubbles).to_contain_text("birthday, James!")
    page.get_by_label("Customer", exact=True).fill("nobody")
    page.keyboard.press("Tab")
    expect(page.locator("#problem")).to_contain_text("no customer 'nobody'")
    page.get_by_label("For").select_option(EMMA)
    expect(page.locator("#problem")).to_be_hidden()
    page.get_by_role("button", name="missing").click()
    expect(bubbles).to_contain_text("birthday!")
    assert visitor.unwanted == []


def test_what_is_not_ahead_for_a_customer_is_made_up_and_said_so(visitors: Visits) -> None:
    visitor = visitors()
    page = visitor.go("/templates/edit/welcome/sms.en.j2")
    page.get_by_label("For").select_option(EMMA)
    expect(page.locator("#remark")).to_contain_text("made up")
    assert visitor.unwanted == []


def test_the_rule_of_a_variant_is_said_in_the_preview(visitors: Visits) -> None:
    visitor = visitors()
    page = visitor.go("/templates/edit/overdue/sms.en+second.j2")
    expect(page.locator("#remark")).to_contain_text("because occurrence.offset >= 10")
    assert visitor.unwanted == []


@SIZES
def test_from_a_customers_page_a_message_is_seen_as_they_would_see_it(
    visitors: Visits, size: tuple[int, int]
) -> None:
    visitor = visitors(size)
    page = visitor.go("/customer?id=C03")
    page.get_by_role("link", name="birthday-greeting, email").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("birthday-greeting")
    frame = page.frame_locator("iframe")
    expect(frame.locator("h1")).to_contain_text("Happy birthday")
    expect(frame.locator("body")).to_contain_text("Dear Emma")
    expect(page.get_by_text("c03@mail.example").first).to_be_visible()
    expect(page.locator(".plain-text")).to_contain_text("Dear Emma")
    assert page.locator("iframe").get_attribute("sandbox") == ""
    assert visitor.faults() == []
    page.go_back()
    page.get_by_role("link", name="birthday-greeting, sms").click()
    expect(page.locator(".bubble")).to_contain_text("Merry birthday, Emma!")
    expect(page.get_by_text(re.compile("GSM-7"))).to_be_visible()
    assert visitor.unwanted == []
