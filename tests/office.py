"""A workspace on disk to work in: its policy, its customers, its plan, its loop and its outbox."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from tests.databases import DATABASES
from touchpoints.channels.recording import RecordingChannel
from touchpoints.cli import cli
from touchpoints.clock import Clock, FixedClock
from touchpoints.core.decision import Decision
from touchpoints.core.message import TRANSITIONS, Channel, Message, Receipt, State
from touchpoints.engine.applying import PlanCount
from touchpoints.engine.brief import Brief
from touchpoints.engine.importing import ImportRequest, ImportSummary, import_file
from touchpoints.engine.planning import preview
from touchpoints.engine.storing import store_plan
from touchpoints.engine.ticking import Loop
from touchpoints.errors import TouchpointsError
from touchpoints.gates import all_gates
from touchpoints.store import pausing
from touchpoints.store.counting import Standing, standing
from touchpoints.store.database import Database
from touchpoints.store.stamp import OPERATOR, Stamp
from touchpoints.store.statements import rows
from touchpoints.store.worker import LEASE
from touchpoints.workspace import Workspace, load

ROOT = Path(__file__).resolve().parents[1]
GATES = all_gates()
TOUCHPOINTS = (sys.executable, "-W", "error", "-m", "touchpoints")

POLICY = """\
name: Harbour Bank
timezone: Asia/Shanghai
country: CN
locale: en
checks: {no-opt-out: off}
horizon: 7d
channels:
  email: {transport: file, path: outbox, from: "Harbour Bank <hello@harbour.example>"}
  sms: {transport: file, path: outbox}
categories:
  mandatory: {consent: none, obeys_caps: false}
  service: {consent: assumed}
  marketing: {consent: required}
caps: []
touchpoints:
  greeting:
    moment: {annual: birthday}
    window: {open: "0d 09:00", close: "0d 20:00"}
    category: marketing
    topic: birthday
    priority: 60
    channels: [email, sms]
  reminder:
    moment: {fact: instalment, offset: -3d}
    window: {open: "0d 09:00", close: "0d 20:00"}
    category: service
    topic: payment
    priority: 90
    channels: [email, sms]
    audience: "fact.status == 'open' and fact.amount > 0"
"""
"""A greeting by consent and a reminder by default, from nine to eight, with no caps."""

MAIL = '---\nsubject: "{subject}"\n---\n{text}\n'
TEMPLATES: Mapping[str, str] = {
    "greeting/email.j2": MAIL.format(subject="Happy birthday", text="Dear {{ customer.name }}!"),
    "greeting/sms.j2": "Dear {{ customer.name }}!",
    "reminder/email.j2": MAIL.format(
        subject="Instalment {{ fact.ref }}",
        text="{{ fact.amount|number }} {{ fact.currency }} is due on {{ fact.date|date('day') }}.",
    ),
    "reminder/sms.j2": "{{ fact.amount|number }} is due on {{ fact.date|date('day') }}.",
}


def at(text: str) -> datetime:
    """An instant: at its own offset, else on the clock of Shanghai."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else datetime.fromisoformat(f"{text}+08:00")


class Office:
    """One workspace, and what its people do with it."""

    def __init__(
        self, folder: Path, policy: str = POLICY, templates: Mapping[str, str] = TEMPLATES
    ) -> None:
        self.folder = folder
        self._opened: tuple[str, Workspace] | None = None
        self.rule(policy)
        for name, text in templates.items():
            self.write(f"templates/{name}", text)
        self.database = DATABASES.prepared(folder)

    def write(self, name: str, text: str) -> Path:
        """A file of the workspace."""
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
        return file

    def rule(self, policy: str) -> None:
        """Put another policy into the workspace, which keeps its database."""
        url = DATABASES.url(self.folder)
        if not url.startswith("sqlite") and "\ndatabase:" not in policy:
            policy += f'\ndatabase: "{url}"\n'
        self.write("touchpoints.yaml", policy)

    @property
    def workspace(self) -> Workspace:
        """The settings as the file has them now."""
        text = (self.folder / "touchpoints.yaml").read_text("utf-8")
        if self._opened is None or self._opened[0] != text:
            self._opened = (text, load(self.folder, {}))
        return self._opened[1]

    def take(self, kind: str, *records: Mapping[str, object]) -> ImportSummary:
        """Import these records; all of them must be accepted."""
        lines = "".join(json.dumps(record) + "\n" for record in records)
        file = self.write(f"{kind}.jsonl", lines)
        request = ImportRequest(kind=kind, file=file, today=date(2026, 11, 22))
        summary = import_file(request, self.database, self.workspace.policy)
        assert summary.rejected == (), summary.rejected
        return summary

    def customer(self, id_: str = "C1", **fields: object) -> None:
        """A customer who can be reached by e-mail and SMS, unless said otherwise."""
        usual = {"name": f"Name {id_}", "email": f"{id_.lower()}@example.org"}
        number = sum(ord(letter) for letter in id_)
        usual["phone"] = f"+8613800{number:06d}"
        self.take("customers", {"id": id_} | usual | fields)

    def owes(self, id_: str, ref: str, due: str, **fields: object) -> None:
        """An open instalment of 100 yuan, unless said otherwise."""
        usual = {"kind": "instalment", "status": "open", "amount": "100", "currency": "CNY"}
        self.take("facts", {"customer": id_, "ref": ref, "date": due} | usual | fields)

    def owes_as_new(self, id_: str, **fields: object) -> None:
        """A new customer who owes an instalment on 10 December 2026."""
        self.customer(id_, **fields)
        self.owes(id_, "L1", "2026-12-10")

    def says(self, id_: str, state: str, when: str, **fields: object) -> None:
        """A statement about marketing on all channels, unless said otherwise."""
        usual = {"channel": "*", "category": "marketing", "source": "call"}
        statement = {"customer": id_, "state": state, "at": at(when).isoformat()}
        self.take("consents", statement | usual | fields)

    def preview(self, when: str | datetime, days: int | None = None) -> list[Decision]:
        """The plan, with nothing written."""
        brief = Brief.of(self.workspace, _instant(when), days)
        return list(preview(self.database, brief, GATES).decisions())

    def plan(self, when: str | datetime) -> PlanCount:
        """The plan, stored."""
        return store_plan(self.database, Brief.of(self.workspace, _instant(when)), GATES)

    def loop(self, clock: Clock, **channels: Channel) -> Loop:
        """The daemon's loop, on a connection of its own; other channels accept everything."""
        workspace = self.workspace
        names = {each.name: each.kind for each in workspace.channels.values()}
        ready = {name: RecordingChannel(name, kind) for name, kind in names.items()} | channels
        return Loop.over(Database(workspace.database), workspace, ready, GATES, clock)

    def pause(self, touchpoint: str, when: str) -> int:
        """Pause a touchpoint; how many planned messages were cancelled."""
        with self.database.writing() as connection:
            return pausing.pause(connection, touchpoint, Stamp(int(at(when).timestamp()), OPERATOR))

    def resume(self, touchpoint: str) -> None:
        """End the pause."""
        with self.database.writing() as connection:
            pausing.resume(connection, touchpoint)

    def standing(self, when: str) -> Standing:
        """The figures of `status`."""
        with self.database.reading() as connection:
            return standing(connection, int(at(when).timestamp()))

    def table(self, name: str, order: str = "1") -> list[dict[str, Any]]:
        """The rows of a table."""
        with self.database.reading() as connection:
            found = connection.exec_driver_sql(f"SELECT * FROM {name} ORDER BY {order}")
            return [dict(row) for row in found.mappings()]

    def outlast_leases(self, clock: FixedClock) -> None:
        """Time until what a crash has left is taken up; the owner of a file need not wait."""
        if self.database.file is None:
            clock.move_to(clock.now() + timedelta(seconds=LEASE))

    def refuse_illegal_transitions(self) -> None:
        """Whatever a test has done, every change of a message is one that the table allows."""
        if self.database.file is None or not self.database.file.exists():
            return
        with self.database.reading() as connection:
            sql = "SELECT DISTINCT was, became FROM transition WHERE was IS NOT NULL"
            found = {(State(was), State(became)) for was, became in rows(connection, sql)}
        assert {pair for pair in found if pair[1] not in TRANSITIONS.get(pair[0], ())} == set()

    def messages(self) -> dict[str, dict[str, Any]]:
        """The outbox by key, `CUSTOMER/TOUCHPOINT/OCCURRENCE`."""
        ids = {row["no"]: row["id"] for row in self.table("customer")}
        return {
            f"{ids[row['customer_no']]}/{row['touchpoint']}/{row['occurrence']}": row
            for row in self.table("message")
        }

    def states(self) -> dict[str, str]:
        """The state of every message, with the reason where there is one."""
        return {
            key: row["state"] + (f": {row['reason']}" if row["reason"] else "")
            for key, row in self.messages().items()
        }

    def ask(self, *words: str) -> Answer:
        """What `touchpoints WORDS` says, without a process of its own."""
        return asked(self.folder, *words)

    def lines(self, *words: str) -> list[dict[str, Any]]:
        """The JSON lines that a command prints; it must succeed."""
        answer = self.ask(*words)
        assert answer.code == 0, answer
        return [json.loads(line) for line in answer.out.splitlines()]

    def raw(self, *words: str) -> bytes:
        """The very bytes that a command prints; it must succeed."""
        result = CliRunner().invoke(cli, ["-w", str(self.folder), *words])
        assert result.exit_code == 0, result.output
        return result.stdout_bytes

    def type(self, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run `touchpoints WORDS` in the workspace."""
        return typed(self.folder, *words, **environment)


class Desk(RecordingChannel):
    """A recording channel that does something when the first message comes by."""

    def __init__(self, meanwhile: Callable[[], object], name: str = "email") -> None:
        super().__init__(name, "email" if name == "email" else "text")
        self._meanwhile = meanwhile

    def send(self, message: Message) -> Receipt:
        if not self.messages:
            self._meanwhile()
        return super().send(message)


@dataclass(frozen=True)
class Answer:
    """The exit code of a command, and what it printed where."""

    code: int
    out: str
    err: str


def asked(folder: Path, *words: str) -> Answer:
    """Run a command in this process; an error of touchpoints is told as `main` tells it."""
    result = CliRunner().invoke(cli, ["-w", str(folder), *words])
    if isinstance(result.exception, TouchpointsError):
        told = f"touchpoints: {result.exception}\n"
        return Answer(result.exception.exit_code, result.stdout, result.stderr + told)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Answer(result.exit_code, result.stdout, result.stderr)


def typed(
    folder: Path, *words: str, text: bool = True, **environment: str
) -> subprocess.CompletedProcess[Any]:
    """Run `touchpoints WORDS` in a folder; warnings of Python are errors."""
    return subprocess.run(
        [*TOUCHPOINTS, *words],
        cwd=folder,
        env=child_environment(**environment),
        capture_output=True,
        text=text,
        encoding="utf-8" if text else None,
        timeout=120,
        check=False,
    )


def child_environment(**more: str) -> dict[str, str]:
    """What a touchpoints process is started with.

    What one has compiled the next one finds: compiling anew takes longer than most of them live.
    """
    usual = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    return usual | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"} | more


def rounds(loop: Loop, clock: FixedClock, *times: str) -> list[Any]:
    """One round of planning and delivering at each time."""
    found = []
    for time in times:
        clock.move_to(at(time))
        loop.plan()
        found.append(loop.deliver())
    return found


def local(instant: int | None) -> str | None:
    """Seconds as the wall clock of Shanghai, which is eight hours ahead all year."""
    if instant is None:
        return None
    return f"{datetime.fromtimestamp(instant, UTC) + timedelta(hours=8):%Y-%m-%d %H:%M}"


def _instant(when: str | datetime) -> datetime:
    return at(when) if isinstance(when, str) else when
