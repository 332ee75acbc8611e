"""Deliver with durable states: how fast, what bounds it, and what kills do; prints JSON.

    python benchmarks/deliver.py [--only PART] [--runs 3] [--messages 4000] [--result FILE]

PART is `send`, `burst`, `restart` or `kills`. Messages are mails with text and HTML from the
starter templates; they go to a mail server on loopback. Each way runs in processes of its own, on a
database that is filled and planned before. Commits wait for the disk, on SQLite as on a PostgreSQL
server from the test extra (or that of TOUCHPOINTS_TEST_POSTGRES).

- send: messages per second through that server; in one more run, the share of time of each part.
- burst: plan and claim 100,000 messages that are due at once; on a channel that leads nowhere;
  in one more run, the share of time of each part of claiming.
- restart: from the start of `touchpoints run` after a SIGKILL to the first message.
- kills: 20 SIGKILLs while the messages go out; beside it one job for each message on APScheduler,
  and loops that send, then mark, and the other way round.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from crew import together
from killing import kills
from mailing import filled, make, people
from measuring import Result, apart, machine, parser_of, report, seconds, was_one_way
from restarting import Restarts
from sending import deliver, plan_and_claim, sample, sample_claims
from servers import Server, serving
from sink import Sink, ceiling, sinking
from spreading import spread


@dataclass(frozen=True, slots=True)
class Bench:
    """Where it is measured: a folder, a database server, a mail server; and how much."""

    folder: Path
    server: Server
    sink: Sink
    messages: int
    runs: int
    kills: int
    due: int
    numbers: count[int]

    def workspace(self, backend: str, way: str, messages: int, *, planned: bool) -> Path:
        """A new workspace with so many customers, and their messages if they are to be planned."""
        folder = self.folder / str(next(self.numbers))
        folder.mkdir()
        make(folder, self.server.new() if backend == "postgresql" else None, way, self.sink.port)
        (folder / "count").write_text(str(messages), encoding="utf-8")
        apart(SCRIPT, "filled" if planned else "people", folder)
        return folder


def send(bench: Bench) -> Result:
    """Messages per second, by database and number of workers."""
    found: Result = {"the_sink_can_take": [_ceiling(bench, size) for size in (1, 2)]}
    for backend, size in (("sqlite", 1), ("postgresql", 1), ("postgresql", 2)):
        runs = [_sent(bench, backend, size) for _ in range(bench.runs)]
        figures = {
            name: spread([float(str(run[name])) for run in runs], digits)
            for name, digits in (("messages_per_second", 0), *_MILLISECONDS.items(), ("peak_mb", 0))
        }
        folder = bench.workspace(backend, "smtp", bench.messages, planned=True)
        workers = together("sample", folder, size)["workers"]
        shares = workers[0]["shares"]  # type: ignore[index]
        found[f"{backend}_{size}_workers"] = figures | {"shares_of_a_worker": shares}
    return found


_MILLISECONDS = {"worker_cpu_ms": 2, "sink_cpu_ms": 2, "server_cpu_ms": 2}


def _ceiling(bench: Bench, size: int) -> Result:
    folder = bench.folder / str(next(bench.numbers))
    folder.mkdir()
    mail = b"X-Touchpoint-Key: C1/birthday-greeting/2026\r\n\r\n" + (b"x" * 70 + b"\r\n") * 60
    (folder / "mail").write_bytes(mail)
    asked = {"port": bench.sink.port, "count": bench.messages}
    (folder / "asked.json").write_text(json.dumps(asked), encoding="utf-8")
    runs = [together("ceiling", folder, size) for _ in range(bench.runs)]
    rates = [bench.messages * size / float(str(run["seconds"])) for run in runs]
    return {"connections": size, "messages_per_second": spread(rates, 0), "bytes": len(mail)}


def _sent(bench: Bench, backend: str, size: int) -> Result:
    folder = bench.workspace(backend, "smtp", bench.messages, planned=True)
    before, sink, server = bench.sink.size(), bench.sink.cpu_seconds(), bench.server.cpu_seconds()
    done = together("deliver", folder, size)
    sent = len(bench.sink.taken(before))
    if sent != bench.messages:
        raise RuntimeError(f"{sent} of {bench.messages} came")
    workers: list[Result] = done["workers"]  # type: ignore[assignment]
    cpu = sum(float(str(each["cpu_seconds"])) for each in workers)
    return {
        "messages_per_second": sent / float(str(done["seconds"])),
        "worker_cpu_ms": cpu * 1000 / sent,
        "sink_cpu_ms": (bench.sink.cpu_seconds() - sink) * 1000 / sent,
        "server_cpu_ms": (bench.server.cpu_seconds() - server) * 1000 / sent,
        "peak_mb": max(float(str(each["peak_mb"])) for each in workers),
    }


def burst(bench: Bench) -> Result:
    """Plan and claim what is due at once, by database and kind of message."""
    found: Result = {}
    for backend, way in (("sqlite", "sms"), ("sqlite", "email"), ("postgresql", "sms")):
        runs: list[Result] = []
        for _ in range(bench.runs):
            folder = bench.workspace(backend, way, bench.due, planned=False)
            runs += together("plan_and_claim", folder)["workers"]  # type: ignore[arg-type]
        chosen = sorted(runs, key=seconds)[(len(runs) - 1) // 2]
        every = [each["seconds"] for each in runs]
        folder = bench.workspace(backend, way, bench.due, planned=False)
        sampled = together("sample_claims", folder)["workers"][0]  # type: ignore[index]
        shares = {"shares_of_claiming": sampled["claim"]["shares"]}
        found[f"{backend}_{way}"] = chosen | {"seconds_of_all_runs": every} | shares
    return {"due": bench.due} | found


def restart(bench: Bench) -> Result:
    """Restart to first send, at once and after half an hour, by database."""
    found: Result = {"planned": bench.due}
    for backend in ("sqlite", "postgresql"):
        for name, pause in PAUSES.items():
            folder = bench.workspace(backend, "smtp", bench.due, planned=True)
            took = Restarts(folder, bench.sink).measured(bench.kills // 4, pause)
            found[f"{backend}_{name}"] = took
    return found


PAUSES = {"at_once": timedelta(0), "after_half_an_hour": timedelta(minutes=30)}


def killed(bench: Bench) -> Result:
    """What is lost and sent twice under the same kills, by way."""
    return kills(bench.sink, bench.folder, bench.messages, bench.kills)


PARTS: dict[str, Callable[[Bench], Result]] = {
    "send": send,
    "burst": burst,
    "restart": restart,
    "kills": killed,
}
"""What is measured, in this order."""


def main() -> None:
    """Measure what is asked for and print one JSON object."""
    parser = parser_of(__doc__, WAYS)
    parser.add_argument("--only", choices=list(PARTS), action="append")
    parser.add_argument("--messages", type=int, default=4_000)
    parser.add_argument("--due", type=int, default=100_000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args()
    if was_one_way(asked, WAYS):
        return
    found: Result = {}
    if asked.only and asked.result and asked.result.exists():
        found = json.loads(asked.result.read_text("utf-8"))  # the other parts stay
    with TemporaryDirectory() as temporary, serving() as server, sinking(Path(temporary)) as sink:
        sizes = (asked.messages, asked.runs, asked.kills, asked.due)
        bench = Bench(Path(temporary), server, sink, *sizes, count(1))
        found |= machine() | {"postgresql": server.settings()}
        for name in asked.only or PARTS:
            before = os.getloadavg()[0]
            figures = PARTS[name](bench)
            load = [round(each, 1) for each in (before, os.getloadavg()[0])]
            found[name] = {
                "command": " ".join(["python", "benchmarks/deliver.py", *sys.argv[1:]]),
                "load_before_and_after": load,
            } | figures
    report(found, asked.result)


WAYS = {
    "people": people,
    "filled": filled,
    "deliver": deliver,
    "sample": sample,
    "plan_and_claim": plan_and_claim,
    "sample_claims": sample_claims,
    "ceiling": ceiling,
}
SCRIPT = __file__

if __name__ == "__main__":
    main()
