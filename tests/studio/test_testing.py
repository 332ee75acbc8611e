"""The test of the texts in the studio: what has changed, accepting it, and its samples."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.office import asked as command
from tests.studio.conftest import HOME, Visit

SMS = "birthday/sms.en.j2"
GOLDEN = "birthday/golden/sms.txt"
PLACE = "/templates/test"
SAMPLES = "/templates/samples"

TENFOLD = "{x: [*%s, *%s, *%s, *%s, *%s, *%s, *%s, *%s, *%s, *%s]}"
MANY = "facts: {a: &a {x: [1, 1]}" + "".join(
    f", {after}: &{after} {TENFOLD % ((before,) * 10)}" for before, after in pairwise("abcdefg")
)
MANY += "}"
"""A page of text that stands for millions of values."""


def change(bank: Path, name: str = SMS, old: str = "Happy birthday", new: str = "Joy") -> None:
    """Other words in a text."""
    file = bank / "templates" / name
    file.write_text(file.read_text("utf-8").replace(old, new), "utf-8")


def seen(page: str, template: str = "") -> str:
    """What the button of a page says that it has shown: for all of it, or for one template."""
    forms = [part for part in page.split("<form")[1:] if "/templates/test/accept" in part]
    (form,) = [part for part in forms if f'name="template" value="{template}"' in part]
    return form.partition('name="seen" value="')[2].partition('"')[0]


def accept(visit: Visit, **form: str) -> Any:
    """The button pressed."""
    form = {"csrf": visit.studio.access.csrf, "back": "", "template": ""} | form
    return visit.browser.post(f"{PLACE}/accept", data=form, headers={"Origin": HOME})


def test_what_was_accepted_is_as_it_is(visit: Visit) -> None:
    page = visit.browser.get(PLACE).text
    assert "104 texts made." in page
    assert "All as accepted." in page
    assert "/templates/test/accept" not in page


def test_the_difference_is_that_of_the_command(visit: Visit, bank: Path) -> None:
    change(bank)
    page = visit.browser.get(PLACE, params={"template": "birthday"}).text
    told = command(bank, "template", "test", "birthday")
    assert told.code == 2
    for line in told.out.splitlines():
        if line[:1] in "-+" and line[:3] not in {"---", "+++"}:
            kind = "del" if line[0] == "-" else "ins"
            assert f"<{kind}>{line}</{kind}>" in page
    assert page.count("<ins>") == 3


def test_each_piece_says_whose_text_it_is(visit: Visit, bank: Path) -> None:
    change(bank, "birthday/email.en.html.j2", "wish you a day", "wish you a fine day")
    page = visit.browser.get(PLACE, params={"template": "birthday"}).text
    assert "… ann (en-GB), email.en.j2" in page
    assert "… long (en), email.en.j2" in page


def test_what_is_accepted_is_stored_as_the_command_stores_it(visit: Visit, bank: Path) -> None:
    change(bank)
    page = visit.browser.get(PLACE, params={"template": "birthday"}).text
    answer = accept(visit, template="birthday", seen=seen(page, "birthday"), back="birthday")
    assert "Accepted and stored. Files: 1." in answer.text
    assert str(answer.url).endswith("/templates/test?template=birthday&accepted=1")
    assert "Joy, Ann!" in (bank / "templates" / GOLDEN).read_text("utf-8")
    assert command(bank, "template", "test").code == 0
    assert list((bank / "templates/birthday/golden").glob(".*")) == []


def test_all_that_differs_is_accepted_at_once(visit: Visit, bank: Path) -> None:
    change(bank)
    change(bank, "welcome/sms.en.j2", "Welcome", "Hello and welcome")
    (bank / "templates/welcome/golden/email.txt").unlink()
    page = visit.browser.get(PLACE).text
    assert "not accepted yet" in page
    assert "Accepted and stored. Files: 3." in accept(visit, seen=seen(page)).text
    assert command(bank, "template", "test").code == 0


def test_a_golden_file_without_a_text_is_removed_when_that_is_accepted(
    visit: Visit, bank: Path
) -> None:
    left = bank / "templates/birthday/golden/push.txt"
    left.write_text("=== ann (en), push.en.j2\n\nHi\n", "utf-8")
    page = visit.browser.get(PLACE, params={"template": "birthday"}).text
    assert "no text stands behind it any more" in page
    accept(visit, template="birthday", seen=seen(page, "birthday"))
    assert not left.exists()


@pytest.mark.parametrize("meanwhile", [SMS, GOLDEN])
def test_what_has_changed_since_it_was_shown_is_shown_again_and_not_stored(
    visit: Visit, bank: Path, meanwhile: str
) -> None:
    change(bank)
    page = visit.browser.get(PLACE, params={"template": "birthday"}).text
    change(bank, meanwhile, "good news", "bad news")
    before = (bank / "templates" / GOLDEN).read_text("utf-8")
    answer = accept(visit, template="birthday", seen=seen(page, "birthday"))
    assert answer.status_code == 409
    assert "nothing was stored" in answer.text
    assert (bank / "templates" / GOLDEN).read_text("utf-8") == before
    again = accept(visit, template="birthday", seen=seen(answer.text, "birthday"))
    assert "Accepted and stored." in again.text


def test_while_a_text_cannot_be_made_nothing_is_compared(visit: Visit, bank: Path) -> None:
    change(bank, new="{{ customer.nickname }}")
    page = visit.browser.get(PLACE, params={"template": "birthday"}).text
    assert "sms for ann cannot be made:" in page
    assert "birthday/sms.en.j2:1" in page
    assert str(bank) not in page
    assert "/templates/test/accept" not in page


def test_a_text_that_no_sample_reads_is_told(visit: Visit, bank: Path) -> None:
    (bank / "templates/birthday/sms.de.j2").write_text("Alles Gute! STOP", "utf-8")
    assert "No sample customer reads sms.de" in visit.browser.get(PLACE).text


def test_what_a_text_says_is_only_ever_text(visit: Visit, bank: Path) -> None:
    change(bank, new="<script>alert(1)</script></pre>")
    page = visit.browser.get(PLACE).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&lt;/pre&gt;" in page


def test_no_other_template_and_no_link_is_written(visit: Visit, bank: Path) -> None:
    for name in ("../data", "nothing", "_shared"):
        assert visit.browser.get(PLACE, params={"template": name}).status_code == 422
        assert accept(visit, template=name, seen="x").status_code == 422
    outside = bank / "data/customers.csv"
    before = outside.read_bytes()
    golden = bank / "templates" / GOLDEN
    golden.unlink()
    golden.symlink_to(outside)
    page = visit.browser.get(PLACE, params={"template": "birthday"}).text
    assert accept(visit, template="birthday", seen=seen(page, "birthday")).status_code == 422
    assert outside.read_bytes() == before


def test_nobody_accepts_without_the_secret_of_a_page(visit: Visit, bank: Path) -> None:
    change(bank)
    page = visit.browser.get(PLACE, params={"template": "birthday"}).text
    before = (bank / "templates" / GOLDEN).read_bytes()
    assert accept(visit, csrf="x", seen=seen(page, "birthday")).status_code == 403
    form = {"csrf": visit.studio.access.csrf, "seen": seen(page, "birthday")}
    elsewhere = {"Origin": "http://evil.example"}
    answer = visit.browser.post(f"{PLACE}/accept", data=form, headers=elsewhere)
    assert answer.status_code == 403
    assert (bank / "templates" / GOLDEN).read_bytes() == before


def checked(visit: Visit, text: str) -> Any:
    """What is found in a text as the file of the samples."""
    answer = visit.browser.post(f"{SAMPLES}/check", json={"text": text}, headers=visit.ours)
    assert answer.status_code == 200, answer.text
    return answer.json()


def save(visit: Visit, text: str, version: str | None) -> Any:
    """The samples saved over the version that was opened."""
    body = {"text": text, "version": version}
    return visit.browser.post(f"{SAMPLES}/save", json=body, headers=visit.ours)


def opened(visit: Visit) -> str:
    """The version of the samples that their page has."""
    return visit.browser.get(SAMPLES).text.partition('data-version="')[2].partition('"')[0]


def test_the_samples_are_shown_and_listed(visit: Visit, bank: Path) -> None:
    assert "# a customer of whom no name is known" in visit.browser.get(SAMPLES).text
    told = checked(visit, (bank / "templates/samples.yaml").read_text("utf-8"))
    assert told["findings"] == []
    assert told["people"][:3] == [
        ["ann", "en-GB", "Ann Archer"],
        ["wang", "zh-CN", "王芳"],
        ["nobody", "en", ""],
    ]
    assert (told["facts"], told["events"]) == (["instalment"], [])


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("now: 2026-11-24\ncustomer: {}\n", 2, "there is no 'customer' here"),
        ("customers: {ann: [1]}", 1, "customers holds names"),
        ("customers:\n  ann: {locale: en\n", 3, "expected"),
        ("now: soon", 1, "now is an instant"),
        ("- a", 1, "the keys are"),
        ("[" * 5000, 1, "not YAML"),
        ("customers: &a {ann: *a}", 1, "more than 20,000 values"),
        (MANY, 1, "more than 20,000 values"),
    ],
)
def test_what_is_wrong_with_the_samples_is_told_and_not_saved(
    visit: Visit, bank: Path, text: str, line: int, what: str
) -> None:
    (finding,) = checked(visit, text)["findings"]
    assert finding["line"] == line
    assert what in finding["what"]
    before = (bank / "templates/samples.yaml").read_bytes()
    answer = save(visit, text, opened(visit))
    assert answer.status_code == 422
    assert str(bank) not in answer.text
    assert (bank / "templates/samples.yaml").read_bytes() == before


def test_samples_that_are_saved_are_those_of_the_command(visit: Visit, bank: Path) -> None:
    text = (bank / "templates/samples.yaml").read_text("utf-8")
    version = save(visit, text.replace("Ann", "Bea"), opened(visit)).json()["version"]
    assert opened(visit) == version
    told = command(bank, "template", "test", "birthday")
    assert "+Happy birthday, Bea!" in told.out
    assert "Bea" in visit.browser.get(PLACE).text


def test_samples_that_changed_meanwhile_are_not_written_over(visit: Visit, bank: Path) -> None:
    first, file = opened(visit), bank / "templates/samples.yaml"
    file.write_text("customers: {theirs: {locale: en}}\n", "utf-8")
    answer = save(visit, "customers: {mine: {locale: en}}\n", first)
    assert answer.status_code == 409
    assert "theirs" in answer.json()["text"]
    assert "theirs" in file.read_text("utf-8")
    file.unlink()
    gone = save(visit, "customers: {}", answer.json()["version"])
    assert (gone.status_code, gone.json()) == (409, {"version": None, "text": None})
    assert save(visit, "customers: {mine: {locale: en}}\n", None).status_code == 200
    assert "mine" in file.read_text("utf-8")


def test_a_workspace_without_samples_begins_with_one(visit: Visit, bank: Path) -> None:
    (bank / "templates/samples.yaml").unlink()
    page = visit.browser.get(SAMPLES).text
    assert 'data-version=""' in page
    assert "Ann Archer" in page
    assert "There are no sample customers yet" in visit.browser.get(PLACE).text


def test_samples_that_cannot_be_read_are_told_by_the_test_and_can_be_mended(
    visit: Visit, bank: Path
) -> None:
    (bank / "templates/samples.yaml").write_text("people: {}\n", "utf-8")
    answer = visit.browser.get(PLACE)
    assert answer.status_code == 422
    assert "templates/samples.yaml:1: there is no &#39;people&#39; here" in answer.text
    assert "people" in visit.browser.get(SAMPLES).text
    assert save(visit, "customers: {}\n", opened(visit)).status_code == 200


def test_samples_behind_a_link_are_neither_read_nor_written(visit: Visit, bank: Path) -> None:
    file = bank / "templates/samples.yaml"
    file.unlink()
    file.symlink_to(bank / "touchpoints.yaml")
    before = (bank / "touchpoints.yaml").read_bytes()
    assert visit.browser.get(SAMPLES).status_code == 422
    assert save(visit, "customers: {}\n", None).status_code == 422
    assert (bank / "touchpoints.yaml").read_bytes() == before
