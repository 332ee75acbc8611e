"""Samples and the test of the texts, as an author goes through them, in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import LOOKS, NARROW, WIDE, Visitor

Visits = Callable[..., Visitor]

SIZES = pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
GOLDEN = "templates/birthday/golden/sms.txt"
SMS = "templates/birthday/sms.en.j2"
SAMPLES = "templates/samples.yaml"


def spoil(bank: Path, word: str) -> None:
    """Another word in the greeting than was accepted."""
    file = bank / SMS
    file.write_text(f"{word}, {{{{ customer.given_name|default('you') }}}}. Reply STOP.\n", "utf-8")


def write(visitor: Visitor, text: str) -> None:
    """Type at the very beginning of the text."""
    visitor.page.locator(".cm-content").click()
    visitor.page.keyboard.press("Control+Home")
    visitor.page.keyboard.insert_text(text)


@SIZES
def test_an_author_sees_what_has_changed_and_accepts_it(
    visitors: Visits, bank: Path, size: tuple[int, int]
) -> None:
    spoil(bank, f"Cheers from {size[0]}")
    visitor = visitors(size)
    page = visitor.page
    page.get_by_role("link", name="birthday, sms, en", exact=True).click()
    page.get_by_role("link", name="Test", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("birthday")
    expect(page.locator(".diff ins").first).to_contain_text(f"+Cheers from {size[0]}, Ann.")
    expect(page.locator(".diff del").first).to_be_visible()
    assert visitor.faults() == []
    page.get_by_role("button", name="Accept birthday").click()
    expect(page.locator(".note.done")).to_contain_text("Accepted and stored. Files: 1.")
    expect(page.get_by_text("All as accepted.")).to_be_visible()
    assert f"Cheers from {size[0]}, Ann." in (bank / GOLDEN).read_text("utf-8")
    assert visitor.unwanted == []


def test_the_keyboard_alone_accepts(visitors: Visits, bank: Path) -> None:
    spoil(bank, "By keys")
    visitor = visitors()
    page = visitor.page
    page.get_by_role("link", name="Test", exact=True).focus()
    page.keyboard.press("Enter")
    difference = page.get_by_role("region", name="What differs in birthday/golden/sms.txt")
    expect(difference).to_be_visible()
    button = page.get_by_role("button", name="Accept birthday")
    button.focus()
    page.keyboard.press("Tab")
    expect(difference).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Accepted and stored.")).to_be_visible()
    assert "By keys" in (bank / GOLDEN).read_text("utf-8")
    assert visitor.unwanted == []


def test_what_changed_since_is_shown_before_anything_is_stored(
    visitors: Visits, bank: Path
) -> None:
    spoil(bank, "First")
    visitor = visitors()
    page = visitor.go("/templates/test?template=birthday")
    expect(page.locator(".diff ins").first).to_contain_text("First")
    spoil(bank, "Second")
    page.get_by_role("button", name="Accept birthday").click()
    expect(page.get_by_role("alert")).to_contain_text("nothing was stored")
    expect(page.locator(".diff ins").first).to_contain_text("Second")
    assert "Second" not in (bank / GOLDEN).read_text("utf-8")
    page.get_by_role("button", name="Accept birthday").click()
    expect(page.locator(".note.done")).to_be_visible()
    assert [each for each in visitor.unwanted if "409" not in each] == []


@SIZES
def test_a_sample_is_added_and_texts_are_tried_on_it(
    visitors: Visits, bank: Path, size: tuple[int, int]
) -> None:
    name = f"Zoe{size[0]}"
    visitor = visitors(size)
    page = visitor.page
    page.get_by_role("link", name="Samples", exact=True).click()
    people = page.locator("#people")
    expect(people).to_contain_text("Ann Archer")
    text = (bank / SAMPLES).read_text("utf-8")
    page.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text.replace("customers:\n", f"customers:\n  {name}: [\n"))
    expect(page.locator("#findings").get_by_role("button")).to_be_visible()
    expect(page.locator(".cm-lint-marker-error")).to_be_visible()
    page.keyboard.press("Control+a")
    added = f"customers:\n  {name}: {{locale: en, given_name: {name}}}\n"
    page.keyboard.insert_text(text.replace("customers:\n", added))
    expect(page.locator("#found")).to_have_text("Nothing to mend")
    expect(people).to_contain_text(name)
    page.locator(".cm-content").press("Control+s")
    expect(page.locator("#saved")).to_have_text("Saved to the file")
    assert added in (bank / SAMPLES).read_text("utf-8")
    assert visitor.faults() == []
    page.get_by_role("link", name="Test", exact=True).click()
    expect(page.locator(".diff ins").filter(has_text=name).first).to_be_visible()
    assert visitor.unwanted == []


def test_samples_that_somebody_else_has_changed_are_not_written_over(
    visitors: Visits, bank: Path
) -> None:
    visitor = visitors()
    page = visitor.go("/templates/samples")
    expect(page.locator("#people")).to_contain_text("ann")
    file = bank / SAMPLES
    theirs = "# theirs\n" + file.read_text("utf-8")
    file.write_text(theirs, "utf-8")
    write(visitor, "# mine\n")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("dialog")).to_contain_text("The file has changed")
    assert visitor.faults() == []
    page.get_by_role("button", name="Write mine over it").click()
    expect(page.locator("#saved")).to_have_text("Saved to the file")
    assert file.read_text("utf-8").startswith("# mine\n")
    assert [each for each in visitor.unwanted if "409" not in each] == []


@LOOKS
def test_nothing_keeps_somebody_from_testing(
    visitors: Visits, bank: Path, size: tuple[int, int], locale: str
) -> None:
    spoil(bank, "Other words")
    (bank / "templates/birthday/sms.de.j2").write_text("Alles Gute, STOP", "utf-8")
    visitor = visitors(size, locale)
    found = {}
    for path in ("/templates/test", "/templates/test?template=birthday", "/templates/samples"):
        page = visitor.go(path)
        if "samples" in path:
            expect(page.locator("#people tr").first).to_be_visible()
        found[path] = visitor.faults()
    assert {path: faults for path, faults in found.items() if faults} == {}
    assert visitor.unwanted == []
