"""Simulate 10,000 customers for a year, and the same by the obvious way for a week; prints JSON.

    python benchmarks/simulate_a_year.py [--customers 10000] [--runs 3] [--result FILE]

A small bank: every customer has a birthday, and half of them agreed to marketing, so that they are
greeted; one in three pays an instalment each month and is reminded of it three days ahead, by
e-mail or text message, in the words of the starter templates. That makes 45,000 messages a year.
The obvious way is to make the plan anew every hour, for everybody, and to deliver what is due.
"""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory

from measuring import Result, apart, machine, measured, parser_of, report, seconds, was_one_way

START = datetime(2026, 1, 1, tzinfo=UTC)
ZONES = ("Asia/Shanghai", "Europe/Prague", "America/New_York", "Europe/London", None)
TEMPLATES = Path(__file__).parent.parent / "templates"
POLICY = """
name: Benchmark Bank
timezone: Asia/Shanghai
database: sqlite:///touchpoints.db
horizon: 7d
company: {phone: "+86 400 000 0000", website: "https://bank.example"}
channels:
  email: {transport: "null", hours: "08:00-21:00", from: "Bank <hello@bank.example>"}
  sms: {transport: "null", hours: "09:00-20:00"}
categories:
  service: {consent: assumed}
  marketing: {consent: required, hours: "09:00-20:00"}
caps:
  - {name: one-a-day, max: 1, per: 1d}
  - {name: marketing-weekly, max: 2, per: 7d, categories: [marketing]}
  - {name: sms-monthly, max: 4, per: 30d, channels: [sms]}
gap: 4h
touchpoints:
  birthday-greeting:
    moment: {annual: birthday}
    window: {open: "0d 09:00", close: "0d 20:00"}
    category: marketing
    topic: birthday
    priority: 60
    channels: [sms, email]
    audience: "customer.status == 'active'"
    template: birthday
  instalment-due:
    moment: {fact: instalment, offset: [-3d]}
    window: {open: "0d 09:00", close: "1d 20:00"}
    category: service
    topic: payment
    priority: 90
    channels: [email, sms]
    audience: "fact.status == 'open' and fact.amount > 0"
    template: instalment-due
"""


def fill(folder: Path, customers: int) -> None:
    """Write a workspace with that many customers; the same every time."""
    from touchpoints.core.calendar import day_of
    from touchpoints.store.database import Database
    from touchpoints.store.statements import write_rows

    (folder / "touchpoints.yaml").write_text(POLICY, encoding="utf-8")
    copytree(TEMPLATES, folder / "templates")
    database = Database(f"sqlite:///{folder / 'touchpoints.db'}")
    database.prepare()
    dice, said = random.Random(7), int(START.timestamp()) - 86400
    people, facts, consents = [], [], []
    for number in range(1, customers + 1):
        born = date(1950, 1, 1) + timedelta(days=dice.randrange(20_000))
        email = f"c{number}@bank.example" if dice.random() < 0.95 else None
        phone = f"+8613{number:09d}" if dice.random() < 0.9 else None
        order = dice.choice(("email;sms", "sms;email", None))
        birth = (born.isoformat(), born.year, born.month * 100 + born.day)
        rest = (dice.choice(ZONES), "en", "active", order, email, phone)
        people.append((number, f"C{number}", f"Given {number}", *birth, *rest))
        if dice.random() < 0.5:
            consents.append((number, "*", "marketing", "granted", said))
        if number % 3 == 0:
            day = dice.randrange(1, 29)
            for month in range(14):
                due = date(2026 + month // 12, month % 12 + 1, day)
                ref = f"L{number}-{month + 1:02d}"
                facts.append((number, "instalment", ref, day_of(due), "open", "120.00", "CNY"))
    with database.writing() as connection:
        columns = "no id given_name birthday birth_year birth_month_day timezone locale status"
        write_rows(connection, "customer", [*columns.split(), "channels", "email", "phone"], people)
        columns = "customer_no kind ref date status amount currency"
        write_rows(connection, "fact", columns.split(), facts)
        columns = "customer_no channel category state at"
        write_rows(connection, "consent", columns.split(), consents)
    database.close()


def simulate(folder: Path) -> Result:
    """What `touchpoints simulate` does for a year, in this process."""
    from touchpoints.engine.simulating import Span, simulated
    from touchpoints.store.database import Database
    from touchpoints.store.statements import rows
    from touchpoints.workspace import load

    workspace, span = load(folder, {}), Span(START, START + timedelta(days=DAYS))
    with measured() as spent:
        copy = simulated(Database(workspace.database), workspace, span, lambda _: None)
    with copy.reading() as connection:
        states = dict(rows(connection, "SELECT state, COUNT(*) FROM message GROUP BY 1"))
    return spent | {"days": DAYS, "messages": states}


def obvious(folder: Path) -> Result:
    """For some days: every hour the whole plan for everybody, and all that is due is delivered."""
    from touchpoints.channels.null import NullChannel
    from touchpoints.clock import FixedClock
    from touchpoints.engine.brief import Brief
    from touchpoints.engine.storing import store_plan
    from touchpoints.engine.ticking import Loop
    from touchpoints.gates import GATES
    from touchpoints.store.database import Database
    from touchpoints.store.statements import rows
    from touchpoints.workspace import load

    workspace, clock = load(folder, {}), FixedClock(START)
    channels = {
        each.name: NullChannel(each.name, each.kind) for each in workspace.channels.values()
    }
    with measured() as spent:
        copy = Database(workspace.database).copy()
        loop = Loop.over(copy, workspace, channels, GATES, clock)
        loop.start()
        for hour in range(OBVIOUS_DAYS * 24):
            clock.move_to(START + timedelta(hours=hour))
            store_plan(copy, Brief.of(workspace, clock.now()), GATES, anew=True)
            loop.deliver()
    with copy.reading() as connection:
        states = dict(rows(connection, "SELECT state, COUNT(*) FROM message GROUP BY 1"))
    return spent | {"days": OBVIOUS_DAYS, "messages": states}


def main() -> None:
    """Fill, measure both ways, print one JSON object."""
    parser = parser_of(__doc__, WAYS)
    parser.add_argument("--customers", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args()
    if was_one_way(asked, WAYS):
        return
    with TemporaryDirectory() as temporary:
        folder = Path(temporary)
        fill(folder, asked.customers)
        year = apart(__file__, "simulate", folder, asked.runs)
        naive = apart(__file__, "obvious", folder)
    scaled = seconds(naive) * DAYS / OBVIOUS_DAYS
    found = {
        "customers": asked.customers,
        "simulate": year,
        "obvious_way": naive | {"scaled_seconds": round(scaled, 1)},
        "ratio": round(scaled / seconds(year), 1),
    }
    report(machine() | found, asked.result)


DAYS, OBVIOUS_DAYS = 365, 7
WAYS = {"simulate": simulate, "obvious": obvious}

if __name__ == "__main__":
    main()
