"""Workers that race for the same messages: round after round, all of them at the same instant."""

from __future__ import annotations

import multiprocessing
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

from tests.office import MAIL, Office, at
from touchpoints.channels.recording import RecordingChannel
from touchpoints.clock import FixedClock
from touchpoints.engine.ticking import Loop
from touchpoints.gates import all_gates
from touchpoints.store.database import Database
from touchpoints.store.statements import rows
from touchpoints.workspace import load

CAPACITY = 5
"""Messages that go by SMS in an hour, for all workers together."""
DUE = 50
"""Messages that are due at once to the one customer of a round, who may get one of them."""
WAITING = 2
"""Customers of a round who are to get an SMS; they wait for each other, and for those before."""
STEP = timedelta(minutes=12)

POLICY = f"""\
name: Harbour Bank
timezone: Asia/Shanghai
country: CN
locale: en
horizon: 1d
channels:
  email: {{transport: file, path: outbox, from: "Harbour Bank <hello@harbour.example>"}}
  sms: {{transport: file, path: outbox, capacity: {CAPACITY} per hour}}
categories:
  service: {{consent: assumed}}
caps:
  - {{name: only-one, max: 1, per: 7d, channels: [email]}}
touchpoints:
  reminder:
    moment: {{fact: instalment}}
    window: {{open: "0d 00:00", close: "1d 00:00"}}
    category: service
    channels: [email]
    template: note
  news:
    moment: {{fact: parcel}}
    window: {{open: "0d 00:00", close: "2d 00:00"}}
    category: service
    channels: [sms]
    template: note
"""
TEMPLATES = {"note/email.j2": MAIL.format(subject="Note", text="Hello."), "note/sms.j2": "Hello."}
START = at("2026-12-07T00:00")


@dataclass(frozen=True, slots=True)
class Race:
    """Rounds of a race in one workspace: how many workers, and until which round."""

    folder: Path
    processes: int
    rounds: int


def run(folder: Path, processes: int, rounds: int) -> Counter[str]:
    """Race, and count what is wrong; also how many rounds, messages and SMS there were."""
    race, office = Race(folder, processes, rounds), Office(folder, POLICY, TEMPLATES)
    office.database.prepare()
    with _racers(race) as gate:
        for number in range(rounds):
            _fall_due(office, number)
            gate.wait(timeout=300)
            gate.wait(timeout=300)
    found = _faults(office)
    office.database.close()
    return found + Counter(rounds=rounds)


@contextmanager
def _racers(race: Race) -> Iterator[Barrier]:
    # Clean processes, as new ones are, that import all this once together instead of once each.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    gate = context.Barrier(race.processes + 1)
    racers = [context.Process(target=_racer, args=(race, gate)) for _ in range(race.processes)]
    for each in racers:
        each.start()
    try:
        yield gate
    finally:
        for each in racers:
            each.join(timeout=60)
            if each.exitcode != 0:
                each.kill()
                raise RuntimeError(f"a racer ended with {each.exitcode}")


def _racer(race: Race, gate: Barrier) -> None:
    workspace, clock = load(race.folder, {}), FixedClock(START)
    channels = {
        each.name: RecordingChannel(each.name, each.kind) for each in workspace.channels.values()
    }
    loop = Loop.over(Database(workspace.database), workspace, channels, all_gates(), clock)
    for number in range(race.rounds):
        gate.wait(timeout=300)
        clock.move_to(_instant(number))
        loop.plan()
        loop.deliver()
        gate.wait(timeout=300)
    loop.database.close()


def _fall_due(office: Office, number: int) -> None:
    """A new customer with many letters due at once, and some who are to get an SMS."""
    day = _instant(number).astimezone(START.tzinfo).date().isoformat()
    names = [f"R{number}", *(f"R{number}-{place}" for place in range(WAITING))]
    office.take(
        "customers",
        *(
            {"id": name, "email": f"{name.lower()}@example.org", "phone": f"+86138{number:08d}"}
            for name in names
        ),
    )
    usual: dict[str, Any] = {"date": day, "status": "open"}
    letters = [
        {"customer": names[0], "kind": "instalment", "ref": f"L{place}"} | usual
        for place in range(DUE)
    ]
    parcels = [{"customer": name, "kind": "parcel", "ref": "P"} | usual for name in names[1:]]
    office.take("facts", *letters, *parcels)


def _instant(number: int) -> datetime:
    return START + number * STEP


def _faults(office: Office) -> Counter[str]:
    """Customers with more than one letter, or none; hours with more SMS than it can take."""
    found: Counter[str] = Counter()
    with office.database.reading() as connection:
        letters = rows(
            connection,
            "SELECT customer_no, SUM(CASE state WHEN 'accepted' THEN 1 ELSE 0 END)"
            " FROM message WHERE channel = 'email' OR touchpoint = 'reminder' GROUP BY customer_no",
        )
        texts = rows(
            connection,
            "SELECT sent_at FROM message WHERE touchpoint = 'news' AND state = 'accepted'"
            " ORDER BY sent_at",
        )
        tries = rows(connection, "SELECT message_no, COUNT(*) FROM attempt GROUP BY message_no")
    found["letters"] = len(letters)
    found["customers with more than one letter"] = sum(sent > 1 for _, sent in letters)
    found["customers without a letter"] = sum(sent < 1 for _, sent in letters)
    found["texts"] = len(texts)
    moments = [sent // 60 for (sent,) in texts]
    found["hours above the capacity"] = sum(
        later - sooner < 60 for sooner, later in zip(moments, moments[CAPACITY:], strict=False)
    )
    found["messages tried twice"] = sum(count > 1 for _, count in tries)
    assert all(sooner <= later for sooner, later in pairwise(moments))
    return found


FAULTS = (
    "customers with more than one letter",
    "customers without a letter",
    "hours above the capacity",
    "messages tried twice",
)
