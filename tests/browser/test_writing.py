"""Writing a text in the studio, as an author does it, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import LOOKS, NARROW, WIDE, Visitor

Visits = Callable[..., Visitor]

SMS = "/templates/edit/birthday/sms.en.j2"
MAIL = "/templates/edit/birthday/email.zh.html.j2"


def replace(visitor: Visitor, text: str) -> None:
    """Type a new text over the old one."""
    visitor.page.locator(".cm-content").click()
    visitor.page.keyboard.press("Control+a")
    visitor.page.keyboard.insert_text(text)


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_an_author_writes_sees_the_preview_meets_a_finding_and_saves(
    visitors: Visits, bank: Path, size: tuple[int, int]
) -> None:
    visitor = visitors(size)
    page = visitor.page
    page.get_by_role("link", name="birthday, sms, en", exact=True).click()
    narrow = size == NARROW
    bubbles = page.locator("#bubbles")
    replace(visitor, "Hello {{ custmer.name }}, reply STOP to stop")
    finding = page.locator("#findings").get_by_role("button").first
    expect(finding).to_contain_text("customer")
    expect(page.locator(".cm-lint-marker-error")).to_be_visible()
    assert "custmer" not in bank.joinpath("templates/birthday/sms.en.j2").read_text("utf-8")

    words = f"Hello {{{{ customer.name|default('you') }}}} on {size[0]}, reply STOP to stop"
    replace(visitor, words)
    if narrow:
        page.get_by_role("button", name="Preview").click()
    expect(bubbles).to_contain_text(f"Hello Ann Archer on {size[0]}")
    expect(page.locator("#size")).to_contain_text("1 segment, GSM-7")
    if narrow:
        page.get_by_role("button", name="Write").click()
    expect(page.locator("#found")).to_have_text("Nothing to mend")
    page.locator(".cm-content").press("Control+s")
    expect(page.locator("#saved")).to_have_text("Saved to the file")
    assert bank.joinpath("templates/birthday/sms.en.j2").read_text("utf-8") == words
    assert visitor.unwanted == []


def test_a_file_that_changed_meanwhile_is_not_written_over_unasked(
    visitors: Visits, bank: Path
) -> None:
    visitor = visitors()
    file = bank / "templates/welcome/sms.en.j2"
    page = visitor.go("/templates/edit/welcome/sms.en.j2")
    replace(visitor, "Mine, reply STOP")
    file.write_text("Theirs, reply STOP", "utf-8")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("dialog")).to_contain_text("The file has changed")
    assert file.read_text("utf-8") == "Theirs, reply STOP"
    page.get_by_role("button", name="Take the file's text").click()
    expect(page.locator(".cm-content")).to_contain_text("Theirs")
    replace(visitor, "Mine again, reply STOP")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#saved")).to_have_text("Saved to the file")
    assert file.read_text("utf-8") == "Mine again, reply STOP"
    # The refusal of the first save is told by the browser too.
    assert [each for each in visitor.unwanted if "409" not in each] == []


def test_a_mail_is_shown_at_both_widths_and_as_text(visitors: Visits) -> None:
    visitor = visitors(locale="zh-CN")
    page = visitor.go(MAIL)
    heading = page.frame_locator("#paper iframe.shown").locator("h1")
    expect(heading).to_contain_text("生日")
    expect(page.locator("#subject")).to_contain_text("芳")
    wide = page.locator("#paper iframe.shown").evaluate("each => each.clientWidth")
    page.get_by_role("button", name="手机").click()
    narrow = page.locator("#paper iframe.shown").evaluate("each => each.clientWidth")
    assert (wide >= 680, narrow) == (True, 375)
    page.get_by_role("button", name="纯文本").click()
    expect(page.locator("#plain")).to_contain_text("生日")
    assert visitor.unwanted == []


def test_what_forms_bring_does_nothing_in_the_preview(visitors: Visits) -> None:
    visitor = visitors()
    page = visitor.go("/templates/edit/birthday/email.en.html.j2")
    paper = page.frame_locator("#paper iframe.shown")
    page.get_by_role("button", name="markup").click()
    expect(paper.locator("body")).to_contain_text("<script>alert(1)</script>")
    assert paper.locator("script, img").count() == 0
    page.get_by_role("button", name="template code").click()
    expect(paper.locator("body")).to_contain_text("{{ 7*7 }}")
    page.get_by_role("button", name="two lines").click()
    expect(page.locator("#subject")).to_contain_text("Bcc:")
    assert "\n" not in (page.locator("#subject").text_content() or "")
    page.get_by_role("button", name="missing").click()
    expect(paper.locator("body")).to_contain_text("Dear customer")
    assert visitor.unwanted == []


def test_a_mail_cannot_run_scripts_or_fetch_anything(visitors: Visits) -> None:
    visitor = visitors()
    page = visitor.go("/templates/edit/birthday/email.en.html.j2")
    page.frame_locator("#paper iframe.shown").locator("h1").wait_for()
    for frame in page.locator("#paper iframe").all():
        assert frame.get_attribute("sandbox") == ""
    told = page.evaluate(
        "async () => { const {src} = document.querySelector('#paper iframe.shown');"
        " const answer = await fetch(src); return answer.headers.get('content-security-policy') }"
    )
    assert "default-src 'none'" in told
    assert "sandbox;" in told


def test_variables_and_filters_are_completed(visitors: Visits) -> None:
    visitor = visitors()
    page = visitor.go(SMS)
    replace(visitor, "Hi ")
    # The editor closes brackets by itself.
    page.keyboard.type("{{ customer.given", delay=20)
    options = page.locator(".cm-tooltip-autocomplete")
    expect(options).to_contain_text("given_name")
    page.keyboard.press("Escape")
    page.keyboard.type("_name|def", delay=20)
    expect(options).to_contain_text("default")
    page.wait_for_timeout(150)  # a choice is not taken by a key that is pressed too soon
    page.keyboard.press("Enter")
    expect(page.locator(".cm-content")).to_contain_text("customer.given_name|default")
    assert visitor.unwanted == []


def test_without_a_mouse_the_editor_can_be_entered_and_left(visitors: Visits) -> None:
    visitor = visitors()
    page = visitor.go(SMS)
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    content = page.locator(".cm-content")
    content.focus()
    page.keyboard.press("Tab")
    expect(content).not_to_be_focused()


@LOOKS
def test_nothing_keeps_somebody_from_using_a_page(
    visitors: Visits, size: tuple[int, int], locale: str
) -> None:
    visitor = visitors(size, locale)
    found = {}
    for path in ("/templates", SMS, MAIL, "/nowhere"):
        page = visitor.go(path)
        if "edit" in path:
            expect(page.locator("#found")).not_to_have_text(re.compile("…"))
        found[path] = visitor.faults()
        if "edit" in path and size == NARROW:
            page.locator(".views [data-view=look]").click()
            found[f"{path} look"] = visitor.faults()
    assert {path: faults for path, faults in found.items() if faults} == {}
