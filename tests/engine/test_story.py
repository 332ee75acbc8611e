"""What became of everything in a span of time, told as decisions."""

from __future__ import annotations

from tests.office import Office, at, local, rounds
from touchpoints.channels.recording import RecordingChannel
from touchpoints.clock import FixedClock
from touchpoints.core.decision import Decision
from touchpoints.core.message import Outcome, Receipt
from touchpoints.engine.story import decisions_between


def told(office: Office, since: str, until: str) -> list[Decision]:
    """The decisions of a span of time."""
    span = (int(at(since).timestamp()), int(at(until).timestamp()))
    with office.database.reading() as connection:
        return list(decisions_between(connection, office.workspace, *span))


def worked(office: Office, *receipts: Receipt) -> None:
    """Three customers and two days: a reminder goes out, a greeting does not, one is planned."""
    office.owes_as_new("C1", timezone="Asia/Tokyo")
    office.customer("C2", birthday="1990-12-07")
    office.customer("C3")
    office.owes("C3", "L1", "2026-12-13")
    clock = FixedClock(at("2026-12-06T10:00"))
    loop = office.loop(clock, email=RecordingChannel(receipts=receipts))
    loop.start()
    rounds(loop, clock, "2026-12-06T10:00", "2026-12-07T09:30", "2026-12-07T21:00")


def test_what_went_out_is_told_with_its_channel_and_instant(office: Office) -> None:
    worked(office)
    (line, _) = told(office, "2026-12-06T00:00", "2026-12-08T00:00")
    assert (line.customer, line.verdict, line.channel) == ("C1", "send", "email")
    assert local(line.send_at) == "2026-12-07 09:30"
    assert line.as_line()["send_at"] == "2026-12-07T10:30:00+09:00"
    assert (line.category, line.topic, line.score) == ("service", "payment", 90.0)
    assert (line.reason, line.detail) == (None, None)


def test_what_did_not_is_told_with_its_reason(office: Office) -> None:
    worked(office)
    (_, line) = told(office, "2026-12-06T00:00", "2026-12-08T00:00")
    assert (line.customer, line.verdict, line.reason) == ("C2", "withhold", "no_consent")
    assert (line.channel, line.send_at) == (None, None)


def test_what_is_still_open_or_planned_at_the_end_is_left_out(office: Office) -> None:
    worked(office)
    assert [line.customer for line in told(office, "2026-12-06T00:00", "2026-12-07T19:00")] == [
        "C1"
    ]


def test_what_happened_before_is_left_out(office: Office) -> None:
    worked(office)
    assert told(office, "2026-12-08T00:00", "2026-12-09T00:00") == []


def test_what_was_rejected_is_told_by_its_state(office: Office) -> None:
    worked(office, Receipt(Outcome.PERMANENT, "550 no such mailbox"))
    line = told(office, "2026-12-06T00:00", "2026-12-08T00:00")[0]
    assert (line.verdict, line.reason, line.detail) == (
        "withhold",
        "rejected",
        "550 no such mailbox",
    )


def test_what_a_plan_of_before_withheld_is_told(office: Office) -> None:
    office.customer("C2", birthday="1990-12-07")
    office.plan("2026-12-05T10:00")
    clock = FixedClock(at("2026-12-06T10:00"))
    loop = office.loop(clock)
    rounds(loop, clock, "2026-12-06T10:00", "2026-12-07T10:00", "2026-12-07T21:00")
    (line,) = told(office, "2026-12-06T00:00", "2026-12-08T00:00")
    assert (line.customer, line.reason) == ("C2", "no_consent")
