"""S24c: run every 15 minutes by cron, a reminder goes out once, not four times."""

from __future__ import annotations

from tests.office import Office


def test_each_run_knows_what_the_last_one_did(office: Office) -> None:
    office.owes_as_new("C1")
    told = [
        office.ask("run", "--once", "--as-of", f"2026-12-07T{hour:02d}:{minute:02d}:00+08:00").out
        for hour in range(8, 12)
        for minute in (0, 15, 30, 45)
    ]
    assert ["sent 1" in text for text in told] == [number == 4 for number in range(16)]
    index = (office.folder / "outbox/messages.jsonl").read_text("utf-8").splitlines()
    assert len(index) == 1
