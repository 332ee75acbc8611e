"""`touchpoints explain` of a customer whom a hundred touchpoints would like to write to."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from rich.cells import cell_len
from rich.console import Console

from tests.office import GATES, POLICY, Office, at
from touchpoints.cli.explainpage import ExplainPage
from touchpoints.engine.brief import Brief
from touchpoints.engine.explaining import explained

AS_OF = ("--as-of", "2026-12-06T10:00:00+08:00")
DESIGN = """\
  {name}:
    moment: {{annual: birthday}}
    window: {{open: "0d 09:00", close: "0d 20:00"}}
    category: {category}
    topic: birthday
    priority: {priority}
    channels: [email, sms]
    audience: "{audience}"
    template: greeting
"""


def rules() -> str:
    """A hundred touchpoints for one birthday: 20 compete, 30 want a consent, 50 an attribute."""
    head = POLICY.partition("  greeting:")[0]
    head = head.replace("caps: []", "caps: [{name: one-a-day, max: 1, per: 1d}]")
    kinds = [("wish", "service", "true", 20), ("offer", "marketing", "true", 30)]
    kinds += [("club", "service", f"customer.level > {level}", 10) for level in range(5)]
    designs = [
        DESIGN.format(
            name=f"{name}-{place}-{number}", category=category, priority=number, audience=audience
        )
        for place, (name, category, audience, count) in enumerate(kinds)
        for number in range(count)
    ]
    return head + "".join(designs)


@pytest.fixture
def flood(offices: Callable[[str], Office]) -> Office:
    """Her birthday is tomorrow."""
    office = offices(rules())
    office.customer(birthday="1990-12-07", level="0")
    return office


def page(office: Office, language: str, width: int) -> list[str]:
    """The lines of the page on a terminal of so many columns."""
    brief = Brief.of(office.workspace, at("2026-12-06T10:00"), None, ("C1",))
    screen = Console(file=io.StringIO(), width=width, highlight=False, color_system=None)
    story = explained(office.database, brief, GATES, 1)
    ExplainPage.of(screen, language, "C1", story).print(brief.as_of, 0)
    return screen.file.getvalue().splitlines()  # type: ignore[attr-defined]


def test_a_hundred_candidates_are_told_by_what_stops_them(flood: Office) -> None:
    lines = flood.ask("explain", "C1", *AS_OF).out.splitlines()
    assert lines[0] == "C1: 100 candidates, 1 go out, 99 do not"
    verdicts = [line for line in lines if line.startswith(("send", "withhold"))]
    assert verdicts == [
        "send         wish-0-19 2026: Mon 2026-12-07 09:00 by email, worth 19",
        "withhold     19 messages: cap one-a-day is full (cap:one-a-day)",
        "withhold     50 messages: it is not meant for this customer (audience)",
        "withhold     30 messages: the customer's consent is missing (no_consent)",
    ]
    assert len(lines) < 150
    assert (
        "             club-6-0 2026: this would have to hold: customer.level > 4;"
        " customer.level is '0'"
    ) in lines
    assert "Every gate of one of them: touchpoints explain C1 --touchpoint NAME" in lines


def test_one_touchpoint_of_many_is_told_with_every_gate(flood: Office) -> None:
    answer = flood.ask("explain", "C1", *AS_OF, "--touchpoint", "wish-0-3")
    assert "C1: 1 candidate, 0 go out, 1 do not" in answer.out
    assert "lost to    wish-0-19 2026, Mon 2026-12-07 09:00 (worth 19 against 3)" in answer.out
    assert "✗ cap:one-a-day: 1 of 1 in 1 day: wish-0-19 at Mon 2026-12-07 09:00" in answer.out
    (line,) = flood.lines("explain", "C1", *AS_OF, "--touchpoint", "wish-0-3", "--format", "json")
    assert line["reason"] == "cap:one-a-day"


def test_a_touchpoint_that_is_not_there_is_told_the_nearest(flood: Office) -> None:
    answer = flood.ask("explain", "C1", *AS_OF, "--touchpoint", "wish-03")
    assert answer.code == 2
    assert "no touchpoint 'wish-03'; did you mean 'wish-0-3'?" in answer.err


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("width", [80, 120])
def test_no_line_is_wider_than_the_terminal(flood: Office, language: str, width: int) -> None:
    lines = page(flood, language, width)
    assert max(map(cell_len, lines)) <= min(width, 100)
    assert lines == [line.rstrip() for line in lines]
