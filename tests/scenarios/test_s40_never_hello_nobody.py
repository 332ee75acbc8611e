"""S40: a name that a customer does not have is an error or a default, never "Hello ,"."""

from __future__ import annotations

import pytest

from tests.office import MAIL, Office, at, rounds
from touchpoints.channels.recording import RecordingChannel
from touchpoints.clock import FixedClock

NINE = "2026-12-07T09:00"
STRICT = "Hello {{ customer.given_name }},"
DECLARED = "Hello {{ customer.given_name|default('neighbour') }},"


@pytest.mark.parametrize(
    ("text", "given_name", "sent"),
    [
        (STRICT, "Ann", "Hello Ann,"),
        (STRICT, None, None),
        (STRICT, "", None),
        (STRICT, "   ", None),
        (DECLARED, None, "Hello neighbour,"),
        (DECLARED, "  ", "Hello neighbour,"),
    ],
)
def test_a_name_is_there_or_is_replaced_or_the_message_stays(
    office: Office, text: str, given_name: str | None, sent: str | None
) -> None:
    office.write("templates/reminder/email.j2", MAIL.format(subject="Hello", text=text))
    office.owes_as_new("C1", **({} if given_name is None else {"given_name": given_name}))
    clock, email = FixedClock(at(NINE)), RecordingChannel()
    loop = office.loop(clock, email=email)
    loop.start()
    rounds(loop, clock, NINE)
    assert [message.body for message in email.messages] == ([sent] if sent else [])
    (row,) = office.messages().values()
    if sent is None:
        assert (row["state"], row["reason"]) == ("withheld", "render_error")
        assert "given_name" in row["detail"]
