"""The machine misbehaves: the disk is full, the database is locked, the clock jumps."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.mailbox import Mailbox
from tests.office import POLICY, Office, at, child_environment, rounds
from touchpoints.channels.recording import RecordingChannel
from touchpoints.clock import FixedClock
from touchpoints.core.message import Message, Receipt
from touchpoints.errors import StoreError

PEOPLE = [f"C{number:02d}" for number in range(60)]
NINE = "2026-12-07T09:00:00+08:00"
KEYS = {f"{id_}/greeting/2026" for id_ in PEOPLE} | {f"{id_}/reminder/L1@-3d" for id_ in PEOPLE}
SMALL = """
import resource, runpy, sys
most = int(sys.argv.pop(1))
resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
runpy.run_module("touchpoints", run_name="__main__", alter_sys=True)
"""
"""`touchpoints`, where no file may grow beyond so many bytes: what a full disk looks like."""


def filled(folder: Path, policy: str) -> Office:
    """Sixty people who have their birthday, and owe an instalment in three days."""
    office = Office(folder, policy)
    office.take(
        "customers",
        *(
            {"id": id_, "name": id_, "email": f"{id_}@example.org", "birthday": "1990-12-07"}
            for id_ in PEOPLE
        ),
    )
    said = {"channel": "*", "category": "marketing", "state": "granted"}
    since = {"at": "2026-01-01T00:00:00Z"}
    office.take("consents", *({"customer": id_} | said | since for id_ in PEOPLE))
    debt = {"kind": "instalment", "ref": "L1", "date": "2026-12-10", "status": "open"}
    money = {"amount": "100", "currency": "CNY"}
    office.take("facts", *({"customer": id_} | debt | money for id_ in PEOPLE))
    return office


def by_mail(mailbox: Mailbox) -> str:
    """The policy, with a real mail server behind the channel."""
    channel = f'transport: smtp, url: "{mailbox.url}"'
    return POLICY.replace("email: {transport: file, path: outbox", f"email: {{{channel}")


def copies(mailbox: Mailbox) -> Counter[str]:
    """How often the mail server got each key."""
    heads = (content.partition(b"\r\n\r\n")[0].split(b"\r\n") for content in mailbox.contents)
    mark = b"X-Touchpoint-Key: "
    return Counter(
        line.removeprefix(mark).decode() for head in heads for line in head if mark in line
    )


def with_room(office: Office, most: int) -> subprocess.CompletedProcess[str]:
    """One round of the program on a disk with so much room for each file."""
    asked = (str(most), "-w", str(office.folder), "run", "--once", "--as-of", NINE)
    return subprocess.run(
        [sys.executable, "-c", SMALL, *asked],
        env=child_environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_on_a_full_disk_nothing_is_lost_and_nothing_goes_twice(
    tmp_path: Path, mailbox: Mailbox
) -> None:
    office = filled(tmp_path, by_mail(mailbox))
    office.plan(NINE)
    office.database.close()
    size = (tmp_path / "touchpoints.db").stat().st_size
    told = [with_room(office, size + more * 4096) for more in (-40, 10, 60)]
    assert [each.returncode for each in told] == [1, 1, 1], told
    assert all("touchpoints:" in each.stderr for each in told), told
    assert "Traceback" not in "".join(each.stderr for each in told)
    assert with_room(office, 1 << 30).returncode in {0, 3}
    everything_went_once(office, mailbox, crashes=len(told))


def everything_went_once(office: Office, mailbox: Mailbox, crashes: int) -> None:
    """Every message is accepted or held; nothing came twice but what may be sent again."""
    messages, came = office.messages(), copies(mailbox)
    assert set(messages) == KEYS
    assert {row["state"] for row in messages.values()} <= {"accepted", "held"}
    assert {key for key, row in messages.items() if row["state"] == "accepted"} <= set(came)
    assert sum(row["state"] == "held" for row in messages.values()) <= crashes
    twice = [key for key, count in came.items() if count > 1]
    assert all("/reminder/" in key for key in twice)
    assert len(twice) <= crashes


IMPATIENT = POLICY.replace(
    "horizon: 7d", "horizon: 7d\ndatabase: sqlite:///touchpoints.db?timeout=0.05"
)
"""The policy, where a locked database is not waited for."""


class Locking(RecordingChannel):
    """A channel; while it sends its n-th message, another program locks the database."""

    def __init__(self, file: Path, locks_at: int) -> None:
        super().__init__("email", "email")
        self._locks_at = locks_at
        self.other = sqlite3.connect(file, isolation_level=None)

    def send(self, message: Message) -> Receipt:
        """Send it; maybe nothing can be stored any more."""
        receipt = super().send(message)
        if len(self.messages) == self._locks_at:
            self.other.execute("BEGIN IMMEDIATE")
        return receipt


def test_a_database_locked_for_a_minute_only_delays(tmp_path: Path) -> None:
    office = filled(tmp_path, IMPATIENT)
    clock, channel = FixedClock(at(NINE)), Locking(tmp_path / "touchpoints.db", 7)
    with closing(channel.other):
        loop = office.loop(clock, email=channel)
        loop.start()
        loop.plan()
        for work in (loop.deliver, loop.plan, loop.deliver):
            with pytest.raises(StoreError, match="locked"):
                work()
        assert len(channel.messages) == 7
        clock.move_to(at("2026-12-07T09:01:00"))
        channel.other.execute("ROLLBACK")
        again = office.loop(clock, email=channel)
        again.start()
        rounds(again, clock, "2026-12-07T09:02:00", "2026-12-07T09:04:00")
    came = Counter(message.key for message in channel.messages)
    states = {key: row["state"] for key, row in office.messages().items()}
    assert set(states) == KEYS
    assert Counter(states.values())["accepted"] >= len(KEYS) - 1
    assert {key for key, count in came.items() if count > 1} <= {channel.messages[6].key}
    assert sum(came.values()) <= len(KEYS) + 1


ONE_A_DAY = (
    POLICY.replace("caps: []", "caps: [{name: one-a-day, max: 1, per: 1d}]")
    .replace("path: outbox, from:", 'path: outbox, hours: "09:00-20:00", from:')
    .replace(
        'close: "0d 20:00"}\n    category: service',
        'close: "3d 20:00"}\n    category: service',
    )
)
"""The reminder has four days, on each of which at most one message may come."""


@pytest.mark.parametrize(
    "times",
    [
        ("2026-12-07T09:00", "2026-12-08T09:00", "2026-12-08T07:00", "2026-12-08T09:00"),
        ("2026-12-07T19:00", "2026-12-08T19:00", "2026-12-08T17:00", "2026-12-09T21:00"),
        ("2026-12-07T10:00", "2026-12-07T08:00", "2026-12-08T08:00", "2026-12-08T10:00"),
        ("2026-12-07T23:00", "2026-12-08T23:00", "2026-12-08T21:00", "2026-12-09T09:00"),
    ],
)
def test_a_clock_that_jumps_makes_no_storm_and_sends_nothing_twice(
    tmp_path: Path, times: tuple[str, ...]
) -> None:
    office, channel = filled(tmp_path, ONE_A_DAY), RecordingChannel("email", "email")
    clock = FixedClock(at(times[0]))
    loop = office.loop(clock, email=channel)
    loop.start()
    rounds(loop, clock, *times, "2026-12-10T10:00")
    keys = [message.key for message in channel.messages]
    assert len(keys) == len(set(keys))
    days: Counter[tuple[str, str]] = Counter()
    for message in channel.messages:
        local = message.sent_at.astimezone(UTC).timestamp() + 8 * 3600
        clock_time = datetime.fromtimestamp(local, UTC)
        assert 9 <= clock_time.hour < 20, message.key
        days[message.customer, f"{clock_time:%Y-%m-%d}"] += 1
    assert set(days.values()) == {1}
    reminded = {key for key in keys if "/reminder/" in key}
    assert len(reminded) == len(PEOPLE), "a jump lost somebody"


def test_after_a_lock_the_same_loop_takes_up_what_it_left(tmp_path: Path) -> None:
    office = filled(tmp_path, IMPATIENT)
    clock, channel = FixedClock(at(NINE)), Locking(tmp_path / "touchpoints.db", 7)
    with closing(channel.other):
        loop = office.loop(clock, email=channel)
        loop.start()
        loop.plan()
        with pytest.raises(StoreError):
            loop.deliver()
        channel.other.execute("ROLLBACK")
        rounds(loop, clock, "2026-12-07T09:02", "2026-12-07T09:04")
    left = {row["state"] for row in office.messages().values()}
    assert not left & {"claimed", "sending"}
