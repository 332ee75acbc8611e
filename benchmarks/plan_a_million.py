"""Plan a million customers, and the same work by the obvious way on 1 % of them; prints JSON.

    python benchmarks/plan_a_million.py [--customers 1000000] [--keep FILE]

Each customer has a birthday, one instalment and, every second one, a message in the history; of the
instalments 23 % fall into the coming week, so that a million customers make about 250,000
candidates. The obvious way is what most systems do: a loop of ORM objects, with one query for each
customer's facts, one for consents and one for history.
"""

from __future__ import annotations

import argparse
import json
import platform
import random
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

AS_OF = datetime(2026, 11, 23, 6, tzinfo=UTC)
ZONES = ("Asia/Shanghai", "Europe/Prague", "America/New_York", "Europe/London", None)
POLICY = """
name: Benchmark Bank
timezone: Asia/Shanghai
database: sqlite:///touchpoints.db
horizon: 7d
channels:
  email: {transport: "null", hours: "08:00-21:00"}
  sms: {transport: "null", hours: "09:00-20:00"}
categories:
  service: {consent: assumed}
  marketing: {consent: assumed, hours: "09:00-20:00"}
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
    from touchpoints.store.database import Database, write_rows

    (folder / "touchpoints.yaml").write_text(POLICY, encoding="utf-8")
    database = Database(f"sqlite:///{folder / 'touchpoints.db'}")
    database.prepare()
    dice, today, now = random.Random(7), day_of(AS_OF.date()), int(AS_OF.timestamp())
    with database.writing() as connection:
        for start in range(0, customers, 50_000):
            people, facts, history = [], [], []
            for number in range(start, min(start + 50_000, customers)):
                born = date(1950, 1, 1) + timedelta(days=dice.randrange(20_000))
                email = f"c{number}@bank.example" if dice.random() < 0.95 else None
                phone = f"+8613{number:09d}" if dice.random() < 0.9 else None
                order = dice.choice(("email;sms", "sms;email", None))
                birth = (born.isoformat(), born.year, born.month * 100 + born.day)
                rest = (dice.choice(ZONES), "active", order, email, phone)
                people.append((number + 1, f"C{number}", *birth, *rest))
                due = today + dice.randrange(-3, 31)
                facts.append((number + 1, "instalment", f"L{number}", due, "open", "120.00", "CNY"))
                if number % 2:
                    ago = dice.randrange(86400, 90 * 86400)
                    history.append((number + 1, now - ago, "sms", "marketing", "offer", "other"))
            columns = (
                "no id birthday birth_year birth_month_day timezone status channels email phone"
            )
            write_rows(connection, "customer", columns.split(), people)
            columns = "customer_no kind ref date status amount currency"
            write_rows(connection, "fact", columns.split(), facts)
            columns = "customer_no sent_at channel category topic touchpoint"
            write_rows(connection, "history", columns.split(), history)
    database.close()


def plan(folder: Path) -> dict[str, object]:
    """Plan the whole workspace once, in this process."""
    from touchpoints.engine.brief import Brief
    from touchpoints.engine.planning import preview
    from touchpoints.gates import GATES
    from touchpoints.store.database import Database
    from touchpoints.workspace import load

    workspace = load(folder, {})
    database = Database(workspace.database)
    began = time.perf_counter()
    made = preview(database, Brief.of(workspace, AS_OF), GATES)
    codes = made.reason_codes()
    seconds = time.perf_counter() - began
    return {
        "seconds": round(seconds, 2),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "candidates": len(made),
        "sends": int(made.sends.sum()),
        "withheld": sum(code is not None and code != "audience" for code in codes),
    }


def obvious(folder: Path, share: float) -> dict[str, object]:
    """A loop of ORM objects over the first `share` of the customers, in this process."""
    from zoneinfo import ZoneInfo

    from sqlmodel import Session, create_engine, func, select

    from touchpoints.core.calendar import date_of
    from touchpoints.store.tables import Consent, Customer, Fact, History

    engine = create_engine(f"sqlite:///{folder / 'touchpoints.db'}")
    began, sends = time.perf_counter(), 0
    with Session(engine) as session:
        count = session.exec(select(func.count()).select_from(Customer)).one()
        people = session.exec(select(Customer).where(Customer.no <= count * share))
        for customer in people:
            zone = ZoneInfo(customer.timezone or "Asia/Shanghai")
            facts = session.exec(select(Fact).where(Fact.customer_no == customer.no)).all()
            consents = session.exec(select(Consent).where(Consent.customer_no == customer.no)).all()
            history = session.exec(select(History).where(History.customer_no == customer.no)).all()
            taken = [datetime.fromtimestamp(each.sent_at, zone) for each in history]
            wanted: list[tuple[int, datetime]] = []
            born = date.fromisoformat(customer.birthday or "1900-01-01")
            for ahead in range(8):
                day = AS_OF.astimezone(zone).date() + timedelta(days=ahead)
                if (born.month, born.day) == (day.month, day.day):
                    wanted.append((60, datetime(day.year, day.month, day.day, 9, tzinfo=zone)))
                for fact in facts:
                    if fact.status == "open" and date_of(fact.date) - timedelta(days=3) == day:
                        wanted.append((90, datetime(day.year, day.month, day.day, 9, tzinfo=zone)))
            denied = {each.channel for each in consents if each.state == "denied"}
            reachable = bool((customer.email or customer.phone) and "*" not in denied)
            for _, at in sorted(wanted, key=lambda pair: -pair[0]):
                same_day = sum(each.date() == at.date() for each in taken)
                in_week = sum(abs((each.date() - at.date()).days) < 7 for each in taken)
                if reachable and same_day < 1 and in_week < 2:
                    taken.append(at)
                    sends += 1
    seconds = time.perf_counter() - began
    return {"share": share, "seconds": round(seconds, 2), "sends": sends}


def apart(folder: Path, what: str) -> dict[str, object]:
    """One measurement in a process of its own, so that memory is its own too."""
    command = [sys.executable, __file__, "--measure", what, "--keep", str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    result: dict[str, object] = json.loads(done.stdout)
    return result


def main() -> None:
    """Fill, measure both ways, print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--share", type=float, default=0.01, help="of the obvious way")
    parser.add_argument("--keep", type=Path, help="a folder to fill once and use again")
    parser.add_argument("--measure", choices=["plan", "obvious"], help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.measure:
        result = plan(asked.keep) if asked.measure == "plan" else obvious(asked.keep, asked.share)
        print(json.dumps(result))
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = asked.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / "touchpoints.db").exists():
            fill(folder, asked.customers)
        plans = [apart(folder, "plan") for _ in range(3)]
        naive = apart(folder, "obvious")
    best = sorted(plans, key=lambda each: float(str(each["seconds"])))[1]
    scaled = float(str(naive["seconds"])) / asked.share
    print(
        json.dumps(
            {
                "customers": asked.customers,
                "python": platform.python_version(),
                "plan": best,
                "plan_seconds_of_all_runs": [each["seconds"] for each in plans],
                "obvious_way": naive | {"scaled_seconds": round(scaled, 1)},
                "ratio": round(scaled / float(str(best["seconds"])), 1),
            },
            indent=2,
        )
    )


if __name__ == "__main__":
    main()
