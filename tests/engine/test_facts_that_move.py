"""Facts in a running workspace: dates that move, before and after sending, and late imports."""

from __future__ import annotations

from tests.occasions import PARENT, remind, went, working
from tests.office import Office, local, rounds


def test_a_date_that_moves_takes_its_planned_reminder_along(office: Office) -> None:
    office.owes_as_new("C1")
    office.plan("2026-12-05T10:00")
    office.owes("C1", "L1", "2026-12-12")
    office.plan("2026-12-05T10:01")
    ((key, row),) = office.messages().items()
    assert (key, local(row["send_at"])) == (PARENT, "2026-12-09 09:00")


def test_a_date_that_moves_after_sending_reminds_nobody_twice(office: Office) -> None:
    loop, clock, email = (office.customer(), remind(office))[1]
    office.owes("C1", "L1", "2026-12-15")
    rounds(loop, clock, *(f"2026-12-{day:02d}T09:00" for day in range(8, 16)))
    assert email.keys == [PARENT]


def test_a_fact_that_is_imported_late_is_caught_up_while_its_window_is_open(
    office: Office,
) -> None:
    office.customer()
    loop, clock, email = working(office, "2026-12-07T09:00")
    rounds(loop, clock, "2026-12-07T09:00")
    office.owes("C1", "L1", "2026-12-10")
    office.owes("C1", "L2", "2026-12-09")
    rounds(loop, clock, "2026-12-07T19:59", "2026-12-08T09:00")
    assert went(email) == [(PARENT, "2026-12-07 19:59")]
