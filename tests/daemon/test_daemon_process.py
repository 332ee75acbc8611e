"""The daemon as a process of its own: it ticks, sends through a real server, and ends when told."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.mailbox import Mailbox
from tests.office import POLICY, TOUCHPOINTS, Office, child_environment
from touchpoints.daemon import PATIENCE, Daemon
from touchpoints.engine.delivered import Delivered
from touchpoints.errors import StoreError
from touchpoints.workspace import Ticks

ALMOST_NINE = "2026-12-07T08:59:57+08:00"
NINE = "2026-12-07T09:00:00+08:00"
PATIENT = 20.0


def policy(url: str) -> str:
    """E-mail through a server, ticks every second."""
    smtp = f'transport: smtp, url: "{url}", from'
    return (
        POLICY.replace("transport: file, path: outbox, from", smtp)
        + "ticks: {plan: 1s, deliver: 1s}\n"
    )


class Process:
    """A running `touchpoints run`, and what it has said so far."""

    def __init__(self, folder: Path, *words: str) -> None:
        self._said = folder / "daemon.log"
        with self._said.open("ab") as log:
            self._child = subprocess.Popen(
                [*TOUCHPOINTS, "run", *words],
                cwd=folder,
                env=child_environment(),
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    @property
    def said(self) -> str:
        return self._said.read_text("utf-8")

    def signal(self, number: signal.Signals) -> None:
        self._child.send_signal(number)

    def ended(self, seconds: float = PATIENT) -> int:
        """The exit code, within some seconds."""
        return self._child.wait(seconds)

    def running(self) -> bool:
        return self._child.poll() is None

    def until(self, true: Callable[[], object], seconds: float = PATIENT) -> None:
        """Wait for something to become true while the process runs."""
        end = time.monotonic() + seconds
        while not true():
            assert self.running(), self.said
            assert time.monotonic() < end, self.said
            time.sleep(0.05)

    def kill(self) -> None:
        if self.running():
            self._child.kill()
        self._child.wait()


@contextmanager
def daemon(office: Office, *words: str) -> Iterator[Process]:
    """A daemon that is gone when the block ends."""
    process = Process(office.folder, *words)
    try:
        yield process
    finally:
        process.kill()


@pytest.fixture
def silent_server() -> Iterator[socket.socket]:
    """A server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def url_of(server: socket.socket) -> str:
    return f"smtp://127.0.0.1:{server.getsockname()[1]}"


def test_it_sends_what_becomes_due_sees_what_is_imported_and_ends_with_0_when_told(
    offices: Callable[[str], Office], mailbox: Mailbox
) -> None:
    office = offices(policy(mailbox.url))
    office.owes_as_new("C1")
    with daemon(office, "--as-of", ALMOST_NINE) as process:
        process.until(lambda: mailbox.recipients == ["c1@example.org"])
        office.owes_as_new("C2")
        process.until(lambda: mailbox.recipients[1:] == ["c2@example.org"])

        told = office.ask("status", "--json", "--as-of", "2026-12-07T09:10:00+08:00")
        status = json.loads(told.out)
        assert status["states"] == {"accepted": 2}
        assert (status["due"], status["lag"]) == (0, 0)
        assert status["last_tick_at"] >= "2026-12-07T01:00"
        assert status["last_plan_at"] >= "2026-12-07T01:00"

        began = time.monotonic()
        process.signal(signal.SIGTERM)
        assert process.ended() == 0
        assert time.monotonic() - began < 5
    assert "Traceback" not in process.said
    assert len(mailbox.by_key()) == 2


@pytest.mark.sqlite
def test_a_second_one_ends_with_4_and_says_what_to_do(
    offices: Callable[[str], Office], mailbox: Mailbox
) -> None:
    office = offices(policy(mailbox.url))
    office.owes_as_new("C1")
    with daemon(office, "--as-of", NINE) as process:
        process.until(lambda: mailbox.contents)
        for words in (("run",), ("run", "--once"), ("plan",)):
            answer = office.ask(*words)
            assert answer.code == 4
            assert "another daemon owns touchpoints.db: stop it first" in answer.err
        assert office.ask("preview", "--as-of", NINE).code == 0
        process.signal(signal.SIGINT)
        assert process.ended() == 0
    assert office.ask("run", "--once", "--as-of", NINE).code == 0
    assert len(mailbox.contents) == 1


def test_killed_it_lets_go_of_the_workspace(
    offices: Callable[[str], Office], mailbox: Mailbox
) -> None:
    office = offices(policy(mailbox.url))
    office.owes_as_new("C1")
    with daemon(office, "--as-of", NINE) as process:
        process.until(lambda: office.states() == {"C1/reminder/L1@-3d": "accepted"})
        process.signal(signal.SIGKILL)
        assert process.ended() == -signal.SIGKILL
    assert office.ask("run", "--once", "--as-of", NINE).code == 0
    assert len(mailbox.contents) == 1


def test_a_server_that_is_down_is_said_and_tried_again(
    offices: Callable[[str], Office], mailbox: Mailbox
) -> None:
    url = mailbox.url
    mailbox.close()
    office = offices(policy(url))
    office.owes_as_new("C1")
    with daemon(office, "--as-of", NINE) as process:
        process.until(lambda: url.removeprefix("smtp://") in process.said)
        assert office.states() == {"C1/reminder/L1@-3d": "retry_wait"}
        process.signal(signal.SIGTERM)
        assert process.ended() == 0
    assert "Traceback" not in process.said


def test_a_pause_and_its_end_reach_a_running_daemon(
    offices: Callable[[str], Office], mailbox: Mailbox
) -> None:
    office = offices(policy(mailbox.url))
    with daemon(office, "--as-of", NINE) as process:
        process.until(lambda: office.standing(NINE).last_tick_at)
        assert office.ask("pause", "reminder").code == 0
        office.owes_as_new("C1")
        office.customer("C2", birthday="1990-12-07")
        office.says("C2", "granted", "2026-01-01T00:00")
        process.until(lambda: mailbox.recipients == ["c2@example.org"])
        assert office.states()["C1/reminder/L1@-3d"] == "withheld: disabled"
        assert office.ask("resume", "reminder").code == 0
        process.until(lambda: mailbox.recipients == ["c2@example.org", "c1@example.org"])
        process.signal(signal.SIGTERM)
        assert process.ended() == 0


@pytest.mark.sqlite
@pytest.mark.parametrize("later", [False, True], ids=["at the start", "in a later tick"])
def test_a_second_signal_forces_and_the_next_run_takes_up_what_was_left(
    offices: Callable[[str], Office], silent_server: socket.socket, mailbox: Mailbox, later: bool
) -> None:
    office = offices(policy(url_of(silent_server)))
    if not later:
        office.owes_as_new("C1")
    with daemon(office, "--as-of", NINE) as process:
        if later:
            process.until(lambda: office.standing(NINE).last_tick_at)
            office.owes_as_new("C1")
        process.until(lambda: "sending" in office.states().get("C1/reminder/L1@-3d", ""))
        process.signal(signal.SIGTERM)
        time.sleep(0.5)
        assert process.running(), "what is under way may finish"
        process.signal(signal.SIGTERM)
        assert process.ended(5) == 128 + signal.SIGTERM
    office.rule(policy(mailbox.url))
    assert office.ask("run", "--once", "--as-of", "2026-12-07T09:05:00+08:00").code == 0
    assert office.states() == {"C1/reminder/L1@-3d": "accepted"}


class Ailing:
    """A loop whose ticks fail as told: it counts them."""

    def __init__(self, *errors: Exception) -> None:
        self._errors, self.ticks, self.deliverer = list(errors), 0, self

    def start(self) -> int:
        return 0

    def stop(self) -> None:
        """Nothing to stop."""

    def tell(self, observer: object) -> None:
        """Nothing to tell."""

    def lag(self) -> int:
        return 0

    def plan(self) -> Any:
        self.ticks += 1
        if self._errors:
            raise self._errors.pop(0)
        raise SystemExit("well again")

    def deliver(self) -> Delivered:
        return Delivered()


def test_a_tick_that_fails_for_good_ends_it_with_1() -> None:
    loop = Ailing(ZeroDivisionError("a mistake in the program"))
    assert Daemon(loop, Ticks(1, 1)).run() == 1  # type: ignore[arg-type]
    assert loop.ticks == 1


def test_a_store_that_stays_broken_ends_it_with_1_after_some_patience() -> None:
    loop = Ailing(*[StoreError("touchpoints.db: database is locked")] * 100)
    assert Daemon(loop, Ticks(1, 600)).run() == 1  # type: ignore[arg-type]
    assert loop.ticks == PATIENCE


def test_between_two_ticks_it_rings_again_as_soon_as_a_channel_has_room(
    offices: Callable[[str], Office],
) -> None:
    slowly = POLICY.replace("sms: {transport", 'sms: {rate: "4 per second", transport')
    office = offices(slowly + "ticks: {plan: 1h, deliver: 1h}\n")
    for number in range(10):
        office.owes_as_new(f"C{number}", channels="sms")
    with daemon(office, "--as-of", NINE) as process:
        process.until(lambda: set(office.states().values()) == {"accepted"})
        process.signal(signal.SIGTERM)
        assert process.ended() == 0
    lines = (office.folder / "outbox/messages.jsonl").read_text("utf-8").splitlines()
    seconds = [json.loads(line)["sent_at"][:19] for line in lines]
    assert max(seconds.count(each) for each in seconds) == 4


def test_what_stops_messages_is_logged_once_and_when_it_ends(
    offices: Callable[[str], Office],
) -> None:
    office = offices(POLICY + "ticks: {plan: 1s, deliver: 1s}\n")
    office.owes_as_new("C1")
    office.ask("pause", "--all")
    with daemon(office, "--as-of", NINE) as process:
        process.until(lambda: process.said.count("planned") >= 4)
        assert process.said.count("everything is paused since") == 1
        office.ask("resume", "--all")
        process.until(lambda: set(office.states().values()) == {"accepted"})
        process.until(lambda: "pause: goes on" in process.said)
        process.signal(signal.SIGTERM)
        assert process.ended() == 0
