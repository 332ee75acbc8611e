"""The shop as its files tell it, in the checker's words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from tests.years.checker import Book
from tests.years.days import in_year, rows
from tests.years.shoppolicy import CUSTOMERS, FAMILY, PHONE, SALES
from tests.years.words import Cap, Category, Design, Due, Person, Rules, instant

NINE, EIGHT, ZONE = 9 * 60, 20 * 60, "America/New_York"
DESIGNS = (
    Design("birthday", "news", ("sms", "email"), 50, (0, NINE), (2, EIGHT), topic="birthday"),
    Design("thanks", "service", ("email",), 70, (0, 0), (3, 0)),
    Design("survey", "service", ("email",), 40, (0, NINE), (5, 1080), topic="survey", at=1020),
    Design(
        "survey-again",
        "service",
        ("email",),
        30,
        (0, NINE),
        (1, 1080),
        topic="reminder",
        follows=("survey", 7),
    ),
    Design("win-back", "news", ("email", "sms"), 60, (0, NINE), (6, EIGHT), holdout=0.05),
)
RULES = Rules(
    zone=ZONE,
    designs={design.name: design for design in DESIGNS},
    categories={
        "service": Category("assumed"),
        "news": Category("assumed", hours=(((NINE, EIGHT),),) * 6 + ((),)),
    },
    hours={"email": ((420, 1320),), "sms": ((600, 1140),)},
    caps=(
        Cap("two-a-week", 2, 7),
        Cap("one-survey", 1, 90, ("topic", "survey")),
        Cap("one-a-phone", 1, 2, ("channel", "sms"), by_address=True),
        Cap("news-monthly", 1, 30, ("category", "news")),
    ),
    gap=timedelta(hours=12),
)


def book(first: int, last: int, every: int = 1) -> Book:
    """What the files ask for in the years `first` to `last`; of `every` so many customers one."""
    customers = [row for row in rows(CUSTOMERS) if int(row["CustomerKey"]) % every == 0]
    people = _people(customers)
    bought = (due for due in _purchases() if due.customer in people)
    return Book(RULES, people, [*_birthdays(customers, first, last), *bought])


def _people(customers: list[dict[str, str]]) -> dict[str, Person]:
    found = {}
    for row in customers:
        phone = {"sms": PHONE} if row["LastName"] == FAMILY else {}
        addresses = {"email": row["EmailAddress"]} | phone
        found[row["CustomerKey"]] = Person(row["CustomerKey"], (), addresses)
    return found


def _birthdays(customers: list[dict[str, str]], first: int, last: int) -> Iterator[Due]:
    for row in customers:
        born = _american(row["BirthDate"])
        for year in range(first - 1, last + 2):
            day = in_year(born, year, forward=True)
            yield Due(row["CustomerKey"], "birthday", str(year), day)


def _purchases() -> Iterator[Due]:
    orders = {
        row["OrderNumber"]: (row["CustomerKey"], _american(row["OrderDate"])) for row in rows(SALES)
    }
    days: dict[str, set[date]] = defaultdict(set)
    for order, (customer, day) in orders.items():
        at = _midnight(day)
        days[customer].add(day)
        yield Due(customer, "thanks", order, day, known=at)
        yield Due(customer, "survey", order, day + timedelta(days=10), known=at)
    for customer, its in days.items():
        ordered = sorted(its)
        for day, later in zip(ordered, [*ordered[1:], None], strict=True):
            lapsed = day + timedelta(days=180)
            ends = _midnight(later) if later else None
            yield Due(
                customer, "win-back", lapsed.isoformat(), lapsed, known=_midnight(day), ends=ends
            )


def _american(text: str) -> date:
    month, day, year = (int(part) for part in text.split("/"))
    return date(year, month, day)


def _midnight(day: date) -> datetime:
    return instant(day, 0, ZONE)
