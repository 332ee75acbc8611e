"""Z02: a reminder that asks to call goes out while somebody answers, and says when that is."""

from __future__ import annotations

from collections.abc import Callable

from tests.office import POLICY, Office, at, local
from touchpoints.channels.recording import RecordingChannel
from touchpoints.clock import FixedClock

LINE = """\
lines:
  service: {phone: "+86 400 123 4567", hours: {mon-fri: "09:00-17:00"}}
touchpoints:
"""
RULES = (
    POLICY.replace("touchpoints:\n", LINE).replace(
        'open: "0d 09:00", close: "0d 20:00"}\n    category: service',
        'open: "0d 09:00", close: "3d 20:00"}\n    category: service',
    )
    + "    line: service\n    line_open_for: 2h\n"
)
CALL = "{{ fact.amount|number }} is due. Questions? {{ line.phone }}, {{ line.hours }}."
MAIL = '---\nsubject: "Due"\n---\n' + CALL


def desk(offices: Callable[[str], Office], due: str) -> Office:
    """A customer who owes; both texts tell the line and its hours."""
    office = offices(RULES)
    office.write("templates/reminder/sms.j2", CALL)
    office.write("templates/reminder/email.j2", MAIL)
    office.customer()
    office.owes("C1", "L1", due)
    return office


def test_due_on_saturday_it_goes_out_on_monday_and_its_text_tells_number_and_hours(
    offices: Callable[[str], Office],
) -> None:
    office = desk(offices, "2026-12-15")  # three days before is Saturday, 12 December
    assert office.ask("check").code == 0
    clock, email = FixedClock(at("2026-12-11T18:00")), RecordingChannel()
    loop = office.loop(clock, email=email)
    loop.start()
    for when in ("2026-12-12T10:00", "2026-12-13T10:00", "2026-12-14T09:00"):
        clock.move_to(at(when))
        loop.plan()
        loop.deliver()
    (message,) = email.messages
    assert local(int(message.sent_at.timestamp())) == "2026-12-14 09:00"
    assert message.body.strip() == "100 is due. Questions? +86 400 123 4567, Mon–Fri 09:00–17:00."


def test_with_less_than_two_hours_left_it_waits_for_the_next_morning(
    offices: Callable[[str], Office],
) -> None:
    office = desk(offices, "2026-12-13")  # three days before is Thursday, 10 December
    for now, expected in (
        ("2026-12-10T14:59", "2026-12-10 14:59"),
        ("2026-12-10T15:00", "2026-12-11 09:00"),
    ):
        (line,) = office.preview(at(now))
        assert local(line.send_at) == expected


def test_a_template_that_invites_a_call_without_the_hours_fails_check(
    offices: Callable[[str], Office],
) -> None:
    office = desk(offices, "2026-12-15")
    for number in ("{{ line.phone }}", "+86 400 123 4567"):
        office.write("templates/reminder/sms.j2", f"Please pay. Questions? {number}")
        answer = office.ask("check")
        assert answer.code == 2
        assert "templates/reminder/sms.j2:1:" in answer.out
        assert "does not say when the line is open; add {{ line.hours }}" in answer.out
