"""A workspace whose customers all have a birthday: as many mails, due at once."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from string import Template

from measuring import Result

AS_OF = datetime(2026, 11, 23, 6, tzinfo=UTC)
"""Two in the afternoon in Shanghai, on a Monday."""

POLICY = Template("""
name: Benchmark Bank
timezone: Asia/Shanghai
locale: en
database: "$database"
horizon: 7d
checks: {no-opt-out: off}
ticks: {plan: 60, deliver: 1}
channels:
  $channel
categories:
  marketing: {consent: assumed}
caps:
  - {name: one-a-day, max: 1, per: 1d}
  - {name: weekly, max: 2, per: 7d, categories: [marketing]}
gap: 4h
touchpoints:
  birthday-greeting:
    moment: {annual: birthday}
    window: {open: "0d 09:00", close: "0d 20:00"}
    category: marketing
    topic: birthday
    channels: [$name]
    audience: "customer.status == 'active'"
    on_doubt: hold
    template: birthday
""")
"""A greeting by one channel, under caps; what may have gone out is held."""

SMTP = '{transport: smtp, url: "smtp://127.0.0.1:$port", from: "Bank <hello@bank.example>"}'
NOWHERE = '{transport: "null", from: "Bank <hello@bank.example>"}'


def make(folder: Path, database: str | None, way: str, port: int = 0) -> Path:
    """Write a workspace: `way` is `smtp`, or the name of a channel that leads nowhere."""
    from touchpoints.engine.starting import start_workspace

    start_workspace(folder, AS_OF.date())
    name = "email" if way == "smtp" else way
    options = Template(SMTP).substitute(port=port) if way == "smtp" else NOWHERE
    if name == "sms":
        options = '{transport: "null"}'
    text = POLICY.substitute(
        database=database or "sqlite:///touchpoints.db", channel=f"{name}: {options}", name=name
    )
    (folder / "touchpoints.yaml").write_text(text, encoding="utf-8")
    return folder


def fill(folder: Path, count: int) -> None:
    """That many customers, all born on this day."""
    from touchpoints.store.database import Database
    from touchpoints.store.statements import write_rows
    from touchpoints.workspace import load

    columns = "no id name given_name birthday birth_year birth_month_day status email phone".split()
    born = (f"1980-{AS_OF:%m-%d}", 1980, AS_OF.month * 100 + AS_OF.day, "active")
    people = [
        (no, f"C{no:06d}", f"Ann Number {no}", "Ann", *born, f"c{no}@bank.example", f"+86{no:011d}")
        for no in range(1, count + 1)
    ]
    database = Database(load(folder, {}).database, folder)
    database.prepare()
    with database.writing() as connection:
        write_rows(connection, "customer", columns, people)
    database.close()


def people(folder: Path) -> Result:
    """Fill a workspace with as many as its file `count` says."""
    count = int((folder / "count").read_text("utf-8"))
    fill(folder, count)
    return {"seconds": 0.0, "people": count}


def filled(folder: Path) -> Result:
    """The same, and plan for them."""
    from touchpoints.clock import FixedClock
    from touchpoints.engine.ticking import Loop, null_channels
    from touchpoints.gates import all_gates
    from touchpoints.store.database import Database
    from touchpoints.workspace import load

    people(folder)
    workspace = load(folder, {})
    database = Database(workspace.database, folder)
    channels = null_channels(workspace)
    loop = Loop.over(database, workspace, channels, all_gates(), FixedClock(AS_OF))
    planned = loop.plan()
    database.close()
    return {"seconds": 0.0, "planned": planned.sends}
