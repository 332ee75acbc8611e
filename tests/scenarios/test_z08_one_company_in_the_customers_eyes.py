"""Z08: messages that other systems sent count in the caps that select them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.office import POLICY, Office, at

CAPS = """caps:
  - {name: two-a-week, max: 2, per: 7d}
  - {name: texts, max: 1, per: 30d, channels: [sms]}
  - {name: birthdays, max: 1, per: 30d, topics: [birthday]}
  - {name: offers, max: 1, per: 30d, categories: [marketing]}
"""


@pytest.mark.parametrize(
    ("others", "expected"),
    [
        ([], "email"),
        ([{}], "email"),
        ([{}, {}], "cap:two-a-week"),
        ([{"topic": "birthday"}], "cap:birthdays"),
        ([{"category": "marketing"}], "cap:offers"),
        ([{"category": "service", "topic": "survey", "channel": "email"}], "email"),
        ([{"channel": "sms"}], "email"),
    ],
)
def test_what_others_sent_takes_room(
    offices: Callable[[str], Office], others: list[dict[str, str]], expected: str
) -> None:
    office = offices(POLICY.replace("caps: []\n", CAPS))
    office.customer(birthday="1990-12-07")
    office.says("C1", "granted", "2026-01-01T00:00")
    for number, other in enumerate(others):
        sent_at = at(f"2026-12-0{5 + number}T12:00").isoformat()
        office.take("history", {"customer": "C1", "sent_at": sent_at} | other)
    (line,) = office.preview("2026-12-07T08:00")
    assert (line.channel or line.reason) == expected


def test_a_channel_that_others_filled_leads_to_the_next_one(
    offices: Callable[[str], Office],
) -> None:
    office = offices(POLICY.replace("caps: []\n", CAPS))
    office.owes_as_new("C1", channels="sms;email")
    (line,) = office.preview("2026-12-07T08:00")
    assert line.channel == "sms"
    sent = {"customer": "C1", "sent_at": at("2026-12-01T12:00").isoformat(), "channel": "sms"}
    office.take("history", sent)
    (line,) = office.preview("2026-12-07T08:00")
    assert line.channel == "email"
