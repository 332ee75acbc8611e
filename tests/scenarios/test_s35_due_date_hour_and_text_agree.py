"""S35: due date, send hour and the date in the text agree, whatever zone the server lives in."""

from __future__ import annotations

import json
from email import message_from_bytes
from email.policy import default

import pytest

from tests.office import Office


@pytest.mark.parametrize(
    ("server", "now", "zone"),
    [
        ("UTC", "2026-12-07T01:00:00+00:00", "Asia/Shanghai"),
        ("America/Los_Angeles", "2026-12-06T19:00:00+00:00", "Pacific/Kiritimati"),
        ("Pacific/Kiritimati", "2026-12-07T17:00:00+00:00", "America/Los_Angeles"),
    ],
)
def test_all_three_are_those_of_the_customer(
    office: Office, server: str, now: str, zone: str
) -> None:
    office.owes_as_new("C1", timezone=zone)
    (line,) = office.lines("preview", "--as-of", "2026-12-06T00:00:00Z", "--format", "jsonl")
    assert line["send_at"].startswith("2026-12-07T09:00:00")
    ran = office.type("run", "--once", "--as-of", now, TZ=server)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "sent 1" in ran.stdout
    (text,) = (office.folder / "outbox/messages.jsonl").read_text("utf-8").splitlines()
    written = json.loads(text)
    assert written["body"] == "100 CNY is due on December 10."
    assert written["sent_at"] == now
    (file,) = (office.folder / "outbox").glob("*.eml")
    mail = message_from_bytes(file.read_bytes(), policy=default)
    assert mail["Date"].datetime.isoformat() == now
