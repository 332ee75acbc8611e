"""The bank as its files tell it, in the checker's words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path

from tests.years.bankpolicy import FILES, wishes
from tests.years.checker import Book
from tests.years.days import business_days_before, czech_holidays, in_year, month_ends, rows
from tests.years.words import Cap, Category, Design, Desk, Due, Person, Rules, Spans

NINE, EIGHT = 9 * 60, 20 * 60
WEEKDAYS: Spans = ((NINE, 17 * 60),)
DESK = Desk(
    hours=(WEEKDAYS,) * 5 + (((600, 720),), ()),
    closed=frozenset(day for year in range(1992, 2001) for day in czech_holidays(year)),
    stays_open=timedelta(hours=2),
)
BIRTHDAY = {"category": "marketing", "opens": (0, NINE)}
DESIGNS = (
    Design(
        "birthday-greeting",
        channels=("sms", "email"),
        priority=60,
        closes=(0, EIGHT),
        topic="birthday",
        holdout=0.05,
        **BIRTHDAY,
    ),
    Design(
        "birthday-gift",
        channels=("email",),
        priority=40,
        closes=(1, EIGHT),
        topic="birthday",
        **BIRTHDAY,
    ),
    Design(
        "birthday-trial",
        channels=("email",),
        priority=30,
        closes=(0, EIGHT),
        shadow=True,
        **BIRTHDAY,
    ),
    Design(
        "instalment-due",
        "service",
        ("email", "sms"),
        90,
        (0, NINE),
        (1, EIGHT),
        topic="payment",
        desk=DESK,
    ),
    Design(
        "card-ends", "mandatory", ("sms", "email"), 70, (0, 600), (4, 1080), topic="card", at=660
    ),
    Design(
        "card-survey",
        "service",
        ("email", "sms"),
        20,
        (0, NINE),
        (2, 1080),
        topic="survey",
        follows=("card-ends", 2),
    ),
    Design("statement", "service", ("email",), 80, (0, NINE), (2, 1080)),
)
RULES = Rules(
    zone="Europe/Prague",
    designs={design.name: design for design in DESIGNS},
    categories={
        "mandatory": Category("none", obeys=False),
        "service": Category("assumed"),
        "marketing": Category("required", hours=(((NINE, EIGHT),),) * 7),
    },
    hours={"email": ((480, 1260),), "sms": ((NINE, EIGHT),)},
    caps=(
        Cap("one-a-day", 1, 1),
        Cap("marketing-weekly", 2, 7, ("category", "marketing")),
        Cap("sms-monthly", 4, 30, ("channel", "sms")),
        Cap("one-birthday-wish", 1, 30, ("topic", "birthday")),
        Cap("one-survey", 1, 90, ("topic", "survey")),
    ),
    gap=timedelta(hours=4),
    capacity={"email": 15},
    merges=frozenset({("birthday-gift", "birthday-greeting", "email")}),
)


def book(first: int, last: int, every: int = 1) -> Book:
    """What the files ask for in the years `first` to `last`; of `every` so many customers one."""
    customers = [row for row in rows(FILES / "customers.csv") if int(row["id"]) % every == 0]
    owners = [row for row in customers if row["role"] == "owner"]
    here, own = {row["id"] for row in customers}, {row["id"] for row in owners}
    dues = [
        *_birthdays(owners, range(first - 1, last + 2)),
        *(due for due in _instalments() if due.customer in own),
        *(due for due in _cards() if due.customer in here),
        *_statements([row for row in owners if row["region"] == "Prague"], first, last),
    ]
    return Book(RULES, people(customers, wishes()), dues)


def people(
    customers: Iterable[Mapping[str, str]], wishes: Iterable[Mapping[str, str]]
) -> dict[str, Person]:
    """The customers of the bank, with what they have said and what they wish."""
    said, wished = _said(FILES / "consents.csv"), {wish["customer"]: wish for wish in wishes}
    return {
        row["id"]: Person(
            id=row["id"],
            order=tuple(filter(None, row["channels"].split(";"))),
            addresses={
                channel: row[field]
                for channel, field in (("email", "email"), ("sms", "phone"))
                if row[field]
            },
            said=said.get(row["id"], ()),
            **_wish(wished.get(row["id"], {})),
        )
        for row in customers
    }


def _birthdays(owners: list[dict[str, str]], years: range) -> Iterator[Due]:
    for row in owners:
        for year in years:
            day = in_year(date.fromisoformat(row["birthday"]), year)
            yield Due(row["id"], "birthday-greeting", str(year), day)
            yield Due(row["id"], "birthday-gift", str(year), day)
            yield Due(row["id"], "birthday-trial", str(year), day - timedelta(days=7))


def _instalments() -> Iterator[Due]:
    for fact in rows(FILES / "instalments.csv"):
        if fact["status"] == "open" and float(fact["amount"]) > 0:
            due = date.fromisoformat(fact["date"])
            early, late = business_days_before(due, 3), due - timedelta(days=1)
            yield Due(fact["customer"], "instalment-due", f"{fact['ref']}@-3bd", early, late)
            yield Due(fact["customer"], "instalment-due", f"{fact['ref']}@-1d", late)


def _cards() -> Iterator[Due]:
    for fact in rows(FILES / "card_facts.csv"):
        ends = date.fromisoformat(fact["date"])
        early, late = ends - timedelta(days=30), ends - timedelta(days=7)
        yield Due(fact["customer"], "card-ends", f"{fact['ref']}@-30d", early, late)
        yield Due(fact["customer"], "card-ends", f"{fact['ref']}@-7d", late)


def _statements(owners: list[dict[str, str]], first: int, last: int) -> Iterator[Due]:
    for day in month_ends(first - 1, last, (3, 6, 9, 12)):
        for row in owners:
            yield Due(row["id"], "statement", day.isoformat(), day)


def _said(file: Path) -> dict[str, tuple[tuple[datetime, str, str, bool], ...]]:
    found: dict[str, list[tuple[datetime, str, str, bool]]] = defaultdict(list)
    for row in rows(file):
        at, granted = datetime.fromisoformat(row["at"]), row["state"] == "granted"
        found[row["customer"]].append((at, row["category"], row["channel"], granted))
    # Of two words at one instant the denial is the last.
    return {
        who: tuple(sorted(its, key=lambda said: (said[0], not said[3])))
        for who, its in found.items()
    }


def _wish(wish: Mapping[str, str]) -> dict[str, object]:
    found: dict[str, object] = {}
    if "quiet_hours" in wish:
        start, end = (_minute(text) for text in wish["quiet_hours"].split("-"))
        found["quiet"] = ((start, end),)
    if "pause_from" in wish:
        days = (date.fromisoformat(wish[name]) for name in ("pause_from", "pause_until"))
        found["pause"] = tuple(days)
    if "max" in wish:
        found["own_cap"] = Cap("own", int(wish["max"]), int(wish["per"].removesuffix("d")))
    return found


def _minute(text: str) -> int:
    hours, _, minutes = text.partition(":")
    return int(hours) * 60 + int(minutes)
