"""S29: every month on the 31st, to this audience: February's last day, then the 31st again."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.office import POLICY, Office

LETTER = """  letter:
    moment: {{schedule: "FREQ=MONTHLY;BYMONTHDAY=31{skip}"}}
    window: {{open: "0d 09:00", close: "0d 20:00"}}
    category: service
    channels: [email]
    audience: "customer.tier == 'gold'"
"""
SPAN = ("--from", "2026-01-01T00:00:00+08:00", "--until", "2026-06-01T00:00:00+08:00")


@pytest.mark.parametrize(
    ("skip", "days"),
    [
        ("", ["01-31", "02-28", "03-31", "04-30", "05-31"]),
        (";SKIP=FORWARD", ["01-31", "03-01", "03-31", "05-01", "05-31"]),
        (";SKIP=OMIT", ["01-31", "03-31", "05-31"]),
    ],
)
def test_the_31st_keeps_its_anchor(
    offices: Callable[[str], Office], skip: str, days: list[str]
) -> None:
    office = offices(POLICY + LETTER.format(skip=skip))
    office.write("templates/letter/email.j2", "---\nsubject: News\n---\nNews.\n")
    office.customer("C1", tier="gold")
    office.customer("C2", tier="silver")
    lines = office.lines("simulate", *SPAN, "--format", "jsonl")
    assert [(line["customer"], line["occurrence"], line["send_at"][:16]) for line in lines] == [
        ("C1", f"2026-{day}", f"2026-{day}T09:00") for day in days
    ]
