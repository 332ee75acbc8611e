"""S29: instalments on the 31st: February's last day, then the 31st again."""

from __future__ import annotations

from tests.office import Office

SPAN = ("--from", "2026-01-01T00:00:00+08:00", "--until", "2026-06-01T00:00:00+08:00")


def test_every_month_has_its_reminder_three_days_before(office: Office) -> None:
    office.customer()
    dues = ("2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31")
    for number, due in enumerate(dues, 1):
        office.owes("C1", f"L1-{number}", due)
    lines = office.lines("simulate", *SPAN, "--format", "jsonl")
    assert [(line["occurrence"], line["send_at"][:16]) for line in lines] == [
        ("L1-1@-3d", "2026-01-28T09:00"),
        ("L1-2@-3d", "2026-02-25T09:00"),
        ("L1-3@-3d", "2026-03-28T09:00"),
        ("L1-4@-3d", "2026-04-27T09:00"),
        ("L1-5@-3d", "2026-05-28T09:00"),
    ]
