"""The daemon tells its supervisor and whoever asks how it is, and ends when it cannot go on."""

from __future__ import annotations

import ctypes
import json
import re
import signal
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from tests.daemon.test_daemon_process import NINE, Ailing, daemon, policy
from tests.mailbox import Mailbox
from tests.office import Office
from touchpoints.daemon import Daemon
from touchpoints.monitoring.health import Health
from touchpoints.monitoring.supervisor import Supervisor
from touchpoints.monitoring.tallies import Tallies
from touchpoints.workspace import Ticks


class Interrupted(Ailing):
    """A loop in whose second tick the scheduler's own thread is made to end."""

    def plan(self) -> Any:
        self.ticks += 1
        if self.ticks > 1:
            # It hands a tick on under a clause that catches everything; later it only waits.
            time.sleep(0.3)
            (thread,) = (each for each in threading.enumerate() if each.name == "APScheduler")
            stop = ctypes.py_object(SystemExit)
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident or 0), stop)
        return Count()


class Count:
    """A plan for nobody."""

    sends = withheld = new = 0


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_when_the_schedulers_thread_dies_it_ends_with_1() -> None:
    tallies = Tallies(Health(Ticks(1, 1)))
    assert Daemon(Interrupted(), Ticks(1, 1), tallies).run() == 1  # type: ignore[arg-type]
    assert tallies.health.ailment() == "the scheduler's thread has died"


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_its_supervisor_hears_when_it_is_ready_that_it_is_well_and_when_it_stops(
    tmp_path: Path,
) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear:
        ear.bind(str(tmp_path / "notify"))
        ear.settimeout(5)
        supervisor = Supervisor(str(tmp_path / "notify"))
        Daemon(Interrupted(), Ticks(1, 1), None, supervisor).run()  # type: ignore[arg-type]
        ear.setblocking(False)
        heard = []
        try:
            while True:
                heard.append(ear.recv(100))
        except BlockingIOError:
            pass
    assert (heard[0], heard[-1]) == (b"READY=1", b"STOPPING=1")
    assert set(heard[1:-1]) == {b"WATCHDOG=1"}


def listening(said: str) -> str:
    """The address that the log names."""
    found = re.search(r"http://127\.0\.0\.1:\d+", said)
    assert found is not None
    return found[0]


def read(url: str) -> tuple[int, str]:
    """The status and the text of a page."""
    try:
        with urllib.request.urlopen(url, timeout=20) as answer:
            return answer.status, answer.read().decode("utf-8")
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode("utf-8")


def figures(text: str) -> dict[str, float]:
    """Every figure by its name and labels, once it is sure that promtool would not complain."""
    families: list[Metric] = list(text_string_to_metric_families(text))
    found = {}
    for family in families:
        assert family.documentation, family
        counter = f"{family.name}_total" in {each.name for each in family.samples}
        assert counter == (family.type == "counter"), family
        for each in family.samples:
            labels = ",".join(f"{name}={value}" for name, value in sorted(each.labels.items()))
            found[f"{each.name}{{{labels}}}" if labels else each.name] = each.value
    assert len({each.name for each in families}) == len(families)
    return found


def test_health_and_metrics_are_there_while_it_runs(
    offices: Callable[[str], Office], mailbox: Mailbox
) -> None:
    office = offices(policy(mailbox.url) + "listen: 127.0.0.1:0\n")
    office.owes_as_new("C1")
    with daemon(office, "--as-of", NINE, "--log-format", "json") as process:
        process.until(lambda: mailbox.contents and '"sent": 1' in process.said)
        url = listening(process.said)
        status, text = read(f"{url}/healthz")
        assert (status, json.loads(text)["status"]) == (200, "ok")
        status, text = read(f"{url}/metrics")
        assert status == 200
        seen = figures(text)
        assert seen["touchpoints_attempts_total{channel=email,outcome=accepted}"] == 1
        assert seen["touchpoints_attempts_total{channel=sms,outcome=permanent}"] == 0
        assert seen["touchpoints_send_duration_seconds_count{channel=email}"] == 1
        assert seen["touchpoints_messages{state=accepted}"] == 1
        assert seen["touchpoints_messages{state=held}"] == 0
        assert (seen["touchpoints_due_messages"], seen["touchpoints_lag_seconds"]) == (0, 0)
        assert seen["touchpoints_database_up"] == seen["touchpoints_healthy"] == 1
        assert seen["touchpoints_last_tick_timestamp_seconds"] >= 1_796_605_200
        process.signal(signal.SIGTERM)
        assert process.ended() == 0
    for line in process.said.splitlines():
        assert json.loads(line)["level"] == "info"


@pytest.mark.sqlite
def test_a_database_that_cannot_be_read_is_told_by_both_pages(
    offices: Callable[[str], Office], mailbox: Mailbox
) -> None:
    office = offices(policy(mailbox.url))
    with daemon(office, "--listen", "0", "--as-of", NINE) as process:
        process.until(lambda: office.standing(NINE).last_tick_at)
        url = listening(process.said)
        with (office.folder / "touchpoints.db").open("r+b") as file:
            file.write(b"no database any more" * 1000)
        (office.folder / "touchpoints.db-wal").unlink(missing_ok=True)
        process.until(lambda: read(f"{url}/healthz")[0] == 503)
        assert json.loads(read(f"{url}/healthz")[1])["reason"] == "the database cannot be read"
        seen = figures(read(f"{url}/metrics")[1])
        assert (seen["touchpoints_database_up"], seen["touchpoints_healthy"]) == (0, 0)
        assert "touchpoints_lag_seconds" not in seen


@pytest.mark.parametrize("words", [("--listen", "0.0.0.0:x"), ("--listen", "example.org:80")])
def test_where_it_may_be_asked_is_never_a_matter_of_how_a_name_resolves(
    office: Office, words: tuple[str, ...]
) -> None:
    answer = office.ask("run", *words)
    assert answer.code == 2
    assert "expected HOST:PORT such as 127.0.0.1:9464" in answer.err


def test_an_address_open_to_others_is_warned_of(office: Office) -> None:
    with daemon(office, "--listen", "0.0.0.0:0") as process:
        process.until(lambda: "planned" in process.said)
        assert "WARNING whoever reaches http://0.0.0.0:" in process.said
        process.signal(signal.SIGTERM)
        assert process.ended() == 0
