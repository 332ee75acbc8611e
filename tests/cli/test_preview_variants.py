"""Which of several texts a message takes, and by which rule, in `preview` and in `explain`."""

from __future__ import annotations

import csv
import io

import pytest

from tests.office import MAIL, Office

AS_OF = ("--as-of", "2026-12-06T10:00:00+08:00")
GOLD = "templates/reminder/email+gold.j2"
USUAL = "templates/reminder/email.j2"
RULE = "customer.tier == 'gold'"


@pytest.fixture
def bureau(office: Office) -> Office:
    """C1 is to be reminded, and is gold; C2 is not."""
    text = MAIL.format(subject="For you", text="{{ fact.ref }} is due.")
    office.write(GOLD, text.replace("---\n", f"---\nwhen: {RULE}\n", 1))
    for id_, tier in (("C1", "gold"), ("C2", "")):
        office.customer(id_, tier=tier, email=f"{id_}@example.org")
        office.owes(id_, f"L-{id_}", "2026-12-10", status="open", amount="10", currency="CNY")
    return office


def test_a_line_says_which_text_a_message_takes_and_by_which_rule(bureau: Office) -> None:
    gold, usual = bureau.lines("preview", *AS_OF, "--format", "jsonl")
    assert (gold["customer"], gold["file"], gold["rule"]) == ("C1", GOLD, RULE)
    assert (usual["customer"], usual["file"], usual["rule"]) == ("C2", USUAL, None)
    assert list(gold)[-2:] == ["file", "rule"]


def test_it_is_the_text_that_is_rendered(bureau: Office) -> None:
    for line in bureau.lines("preview", *AS_OF, "--format", "jsonl"):
        asked = ("--customer", line["customer"], "--channel", "email", "--why")
        why = bureau.ask("template", "render", "reminder", *asked, *AS_OF).out
        assert why.splitlines()[0] == line["file"]


def test_csv_has_both_as_its_last_columns(bureau: Office) -> None:
    table = csv.DictReader(io.StringIO(bureau.ask("preview", *AS_OF, "--format", "csv").out))
    assert [(each["file"], each["rule"]) for each in table] == [(GOLD, RULE), (USUAL, "")]


def test_the_table_counts_the_texts(bureau: Office) -> None:
    told = bureau.ask("preview", *AS_OF).out
    assert "Which text, where there are several" in told
    gold, usual = (line for line in told.splitlines() if "templates/" in line)
    assert gold.split("│")[2].strip() == RULE
    assert usual.split("│")[2].strip() == "for everybody else"


def test_an_explanation_says_why_in_both_languages(bureau: Office) -> None:
    told = " ".join(bureau.ask("explain", "C1", *AS_OF).out.split())
    assert f"text {GOLD}, because {RULE} (customer.tier is gold)" in told
    told = " ".join(bureau.ask("explain", "C2", *AS_OF).out.split())
    assert "because the rule of no variant holds (customer.tier is missing)" in told
    chinese = bureau.ask("explain", "C2", *AS_OF, "--locale", "zh").out
    assert "没有一个变体的条件成立" in "".join(chinese.split())
    (line,) = bureau.lines("explain", "C1", *AS_OF, "--format", "json")
    assert (line["file"], line["rule"]) == (GOLD, RULE)


def test_what_does_not_go_out_takes_no_text(bureau: Office) -> None:
    bureau.customer("C1", tier="gold", email="C1@example.org", status="closed")
    withheld, _ = bureau.lines("preview", *AS_OF, "--format", "jsonl")
    assert (withheld["reason"], "file" in withheld) == ("blocked", False)


@pytest.mark.parametrize(
    ("rule", "chosen"),
    [
        ("fact.amount > 5", True),
        ("occurrence.offset == -3", True),
        ("occurrence.key == 'L-C1@-3d'", True),
        ("occurrence.years > 1", False),
        ("true", True),
        ("event.kind == 'x'", False),
    ],
)
def test_a_rule_may_ask_whatever_it_may_ask_when_sending(
    bureau: Office, rule: str, chosen: bool
) -> None:
    file = bureau.folder / GOLD
    file.write_text(file.read_text("utf-8").replace(RULE, rule), "utf-8")
    line, _ = bureau.lines("preview", *AS_OF, "--format", "jsonl")
    assert (line["file"] == GOLD) is chosen


def test_a_rule_that_cannot_be_used_is_for_check_to_tell(bureau: Office) -> None:
    file = bureau.folder / GOLD
    file.write_text(file.read_text("utf-8").replace(RULE, "custmer.tier"), "utf-8")
    lines = bureau.lines("preview", *AS_OF, "--format", "jsonl")
    assert ["file" in line for line in lines] == [False, False]


def test_without_variants_nothing_is_added(office: Office) -> None:
    office.owes_as_new("C1")
    (line,) = office.lines("preview", *AS_OF, "--format", "jsonl")
    assert "file" not in line
    assert "Which text" not in office.ask("preview", *AS_OF).out
