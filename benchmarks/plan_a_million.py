"""Plan a million customers, and the same work by the obvious way on 1 % of them; prints JSON.

    python benchmarks/plan_a_million.py [--customers 1000000] [--runs 3] [--result FILE]

Each customer has a birthday, one instalment and, every second one, a message in the history; of the
instalments 23 % fall into the coming week, so that a million customers make about 250,000
candidates. It is planned, and planned and stored; then with a broadcast to everybody beside it; and
at last with only 25,000 customers of whom anything is due, among a million and among 100,000. The
obvious way is what most systems do: a loop of ORM objects, with one query for each customer's
facts, one for consents and one for history.
"""

from __future__ import annotations

import random
import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from measuring import Result, apart, machine, measured, parser_of, report, seconds, was_one_way

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
BROADCAST = """
  broadcast:
    moment: {schedule: "FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=26"}
    window: {open: "0d 09:00", close: "1d 20:00"}
    category: marketing
    topic: news
    priority: 40
    channels: [email, sms]
    template: broadcast
"""


def fill(folder: Path, customers: int, due: int | None = None) -> None:
    """Write a workspace with that many customers; the same every time.

    Where `due` is given, only that many have an instalment or birthday anywhere near.
    """
    from touchpoints.core.calendar import day_of
    from touchpoints.store.database import Database
    from touchpoints.store.statements import write_rows

    folder.mkdir(exist_ok=True)
    (folder / "touchpoints.yaml").write_text(POLICY, encoding="utf-8")
    database = Database(f"sqlite:///{folder / 'touchpoints.db'}")
    database.prepare()
    every = 1 if due is None else customers // due
    dice, today, now = random.Random(7), day_of(AS_OF.date()), int(AS_OF.timestamp())
    with database.writing() as connection:
        for start in range(0, customers, 50_000):
            people, facts, history = [], [], []
            for number in range(start, min(start + 50_000, customers)):
                born = date(1950, 1, 1) + timedelta(days=dice.randrange(20_000))
                if number % every:
                    born = born.replace(month=born.month % 6 + 2, day=min(born.day, 28))
                email = f"c{number}@bank.example" if dice.random() < 0.95 else None
                phone = f"+8613{number:09d}" if dice.random() < 0.9 else None
                order = dice.choice(("email;sms", "sms;email", None))
                birth = (born.isoformat(), born.year, born.month * 100 + born.day)
                rest = (dice.choice(ZONES), "active", order, email, phone)
                people.append((number + 1, f"C{number}", *birth, *rest))
                on = today + (dice.randrange(-3, 31) if due is None else dice.randrange(3, 10))
                if number % every:
                    on += 180
                facts.append((number + 1, "instalment", f"L{number}", on, "open", "120.00", "CNY"))
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


def plan(folder: Path) -> Result:
    """Plan the whole workspace once, in this process."""
    from touchpoints.engine.brief import Brief
    from touchpoints.engine.planning import preview
    from touchpoints.gates import GATES
    from touchpoints.store.database import Database
    from touchpoints.workspace import load

    workspace = load(folder, {})
    database = Database(workspace.database)
    with measured() as spent:
        made = preview(database, Brief.of(workspace, AS_OF), GATES)
        codes = made.reason_codes()
    withheld = sum(code is not None and code != "audience" for code in codes)
    return spent | {"candidates": len(made), "sends": int(made.sends.sum()), "withheld": withheld}


def store(folder: Path) -> Result:
    """Plan the whole workspace once and store it in a copy of the database, in this process."""
    from touchpoints.engine.brief import Brief
    from touchpoints.engine.storing import store_plan
    from touchpoints.gates import GATES
    from touchpoints.store.database import Database
    from touchpoints.workspace import load

    with TemporaryDirectory(dir=folder) as temporary:
        copy = Path(temporary) / "touchpoints.db"
        shutil.copy(folder / "touchpoints.db", copy)
        workspace, database = load(folder, {}), Database(f"sqlite:///{copy}")
        with measured() as spent:
            count = store_plan(database, Brief.of(workspace, AS_OF), GATES)
        database.close()
    return spent | {"sends": count.sends, "withheld": count.withheld}


def obvious(folder: Path) -> Result:
    """A loop of ORM objects over the first hundredth of the customers, in this process."""
    from zoneinfo import ZoneInfo

    from sqlmodel import Session, create_engine, func, select

    from touchpoints.core.calendar import date_of
    from touchpoints.store.tables import Consent, Customer, Fact, History

    engine = create_engine(f"sqlite:///{folder / 'touchpoints.db'}")
    sends = 0
    with measured() as spent, Session(engine) as session:
        count = session.exec(select(func.count()).select_from(Customer)).one()
        people = session.exec(select(Customer).where(Customer.no <= count * SHARE))
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
    return spent | {"share": SHARE, "sends": sends}


def with_broadcast(source: Path, folder: Path) -> None:
    """The same customers, and a message to every one of them in the week."""
    folder.mkdir()
    shutil.copy(source / "touchpoints.db", folder)
    (folder / "touchpoints.yaml").write_text(POLICY + BROADCAST, encoding="utf-8")


def figures(folder: Path, customers: int, runs: int) -> Result:
    """The week's plan, and stored; with a broadcast; and with as few due among many and fewer."""
    fill(folder, customers)
    found: Result = {"plan": apart(__file__, "plan", folder, runs)}
    found["plan_and_store"] = apart(__file__, "store", folder, runs)
    found["obvious_way"] = apart(__file__, "obvious", folder)
    with_broadcast(folder, folder / "broadcast")
    (folder / "touchpoints.db").unlink()
    found["broadcast"] = apart(__file__, "plan", folder / "broadcast", runs)
    found["broadcast_and_store"] = apart(__file__, "store", folder / "broadcast", runs)
    (folder / "broadcast" / "touchpoints.db").unlink()
    few = customers // 40
    for many in (customers // 10, customers):
        fill(folder / str(many), many, due=few)
        found[f"{few}_due_of_{many}"] = apart(__file__, "plan", folder / str(many), runs)
    return found


def main() -> None:
    """Fill, measure both ways, print one JSON object."""
    parser = parser_of(__doc__, WAYS)
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args()
    if was_one_way(asked, WAYS):
        return
    with TemporaryDirectory() as temporary:
        found = figures(Path(temporary), asked.customers, asked.runs)
    scaled = seconds(found["obvious_way"]) / SHARE
    few, many = (seconds(each) for name, each in found.items() if "_due_of_" in name)
    ratios = {
        "obvious_way_scaled_seconds": round(scaled, 1),
        "obvious_way_to_plan": round(scaled / seconds(found["plan"]), 1),
        "ten_times_the_customers": round(many / few, 2),
    }
    report(machine() | {"customers": asked.customers} | found | ratios, asked.result)


SHARE = 0.01
"""Of the customers, how many the obvious way is timed on."""
WAYS = {"plan": plan, "store": store, "obvious": obvious}

if __name__ == "__main__":
    main()
