"""One line a record, for people, for programs or for the journal; errors without their texts."""

from __future__ import annotations

import json
import logging
import os
import socket
import sys
from pathlib import Path

import pytest

from touchpoints.monitoring.logs import JsonLines, Lines, is_journal, told
from touchpoints.monitoring.redacting import redacted
from touchpoints.monitoring.supervisor import Supervisor


def record(*, failed: bool = False, **extra: object) -> logging.LogRecord:
    """Two messages were sent, or the program has made a mistake over somebody's name."""
    error = None
    if failed:
        try:
            int("Zhenzhu Canary")
        except ValueError:
            error = sys.exc_info()
    made = logging.LogRecord("touchpoints", 20, __file__, 1, "sent %d\nof 3", (2,), error)
    made.created = 1_795_683_600.1234
    vars(made).update(extra)
    return made


def test_a_json_line_has_the_figures_and_no_field_hides_another() -> None:
    line = JsonLines().format(record(**told("delivered", sent=2, channel="sms", level="high")))
    assert json.loads(line) == {
        "ts": "2026-11-26T09:00:00.123Z",
        "level": "info",
        "logger": "touchpoints",
        "event": "delivered",
        "message": "sent 2\nof 3",
        "sent": 2,
        "channel": "sms",
    }
    assert "\n" not in line


def test_a_text_line_has_the_time_in_utc() -> None:
    assert Lines().format(record()).startswith("2026-11-26T09:00:00.123Z INFO sent 2")


def test_an_error_says_where_and_what_kind_but_not_about_whom() -> None:
    found = json.loads(JsonLines().format(record(failed=True)))
    assert found["error"] == "builtins.ValueError"
    assert "test_logs.py" in found["where"][-1]
    for formatter in (JsonLines(), Lines(), Lines(into_journal=True)):
        said = formatter.format(record(failed=True))
        assert "ValueError" in said
        assert "Canary" not in said


def test_the_journal_gets_levels_and_no_times() -> None:
    said = Lines(into_journal=True).format(record(failed=True))
    assert all(line.startswith("<6>") for line in said.splitlines() if "of 3" not in line)
    assert "2026" not in said


def test_the_journal_is_known_by_its_device_and_inode(tmp_path: Path) -> None:
    with (tmp_path / "log").open("w") as stream:
        found = os.fstat(stream.fileno())
        assert is_journal(stream, f"{found.st_dev}:{found.st_ino}")
        assert not is_journal(stream, "1:2")
        assert not is_journal(stream, None)


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("550 <li.na@example.org>: no such user", "550 <…>: no such user"),
        ("no phone +86 138 0055-5123 here", "no phone … here"),
        ("code 21610 for 8613800555123", "code 21610 for …"),
        ("127.0.0.1:1025: refused", "127.0.0.1:1025: refused"),
        ("192.168.100.200:46532: refused", "192.168.100.200:46532: refused"),
        ("not before 2026-11-26", "not before 2026-11-26"),
        ("user LI-7\n is blocked", "user … is blocked"),
    ],
)
def test_addresses_are_taken_out_of_the_texts_of_others(text: str, clean: str) -> None:
    assert redacted(text, "li-7") == clean


@pytest.mark.parametrize("abstract", [False, True])
def test_the_supervisor_hears_what_it_is_told(tmp_path: Path, abstract: bool) -> None:
    name = f"@touchpoints-{tmp_path.name}-{os.getpid()}" if abstract else str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear:
        ear.bind(name.replace("@", "\0", 1) if abstract else name)
        ear.settimeout(5)
        Supervisor(name).tell("READY=1", "STATUS=well")
        assert ear.recv(100) == b"READY=1\nSTATUS=well"


def test_a_supervisor_that_is_not_there_is_no_reason_to_stop(tmp_path: Path) -> None:
    Supervisor(None).tell("READY=1")
    Supervisor(str(tmp_path / "nobody")).tell("READY=1")
