"""The bank with the policy of a beginner, in the checker's words: greetings and two reminders."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from tests.years import bank
from tests.years.bankpolicy import FILES
from tests.years.checker import Book
from tests.years.days import in_year, rows
from tests.years.words import Design, Due

GREETING, REMINDER = "birthday-greeting", "instalment-due"
DAY = {"opens": (0, 9 * 60), "closes": (0, 20 * 60)}
DESIGNS = (
    Design(GREETING, "marketing", ("sms", "email"), 60, **DAY, topic="birthday"),
    Design(REMINDER, "service", ("email", "sms"), 90, **DAY, topic="payment"),
)
RULES = replace(
    bank.RULES,
    designs={design.name: design for design in DESIGNS},
    caps=bank.RULES.caps[:4],
    capacity={},
    merges=frozenset(),
)


def book(year: int) -> Book:
    """What the files of the bank ask for in a year."""
    customers = rows(FILES / "customers.csv")
    owners = {row["id"]: row for row in customers if row["role"] == "owner"}
    greetings = (
        Due(row["id"], GREETING, str(year), in_year(date.fromisoformat(row["birthday"]), year))
        for row in owners.values()
    )
    reminders = (due for due in _reminders() if due.customer in owners)
    return Book(RULES, bank.people(customers, ()), [*greetings, *reminders])


def _reminders() -> Iterator[Due]:
    for fact in rows(FILES / "instalments.csv"):
        if fact["status"] == "open" and float(fact["amount"]) > 0:
            due = date.fromisoformat(fact["date"])
            early, late = due - timedelta(days=3), due - timedelta(days=1)
            yield Due(fact["customer"], REMINDER, f"{fact['ref']}@-3d", early, late)
            yield Due(fact["customer"], REMINDER, f"{fact['ref']}@-1d", late)
