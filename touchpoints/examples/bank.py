"""A bank of generated customers as CSV files; the same seed makes the same files, byte for byte."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random

from touchpoints.examples.cast import CAST, DAY, LUNAR_DAY, Part
from touchpoints.examples.people import Home, addresses, drawn_home, drawn_name
from touchpoints.examples.tables import write_table

SEED = 20
SIZE = 1_000

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "customers": (
        *("id", "name", "given_name", "family_name", "birthday", "birthday_calendar"),
        *(
            "timezone",
            "country",
            "locale",
            "status",
            "channels",
            "email",
            "phone",
            "address.push",
            "lines",
            "tier",
            "checked",
        ),
    ),
    "facts": ("customer", "kind", "ref", "date", "status", "amount", "currency"),
    "consents": ("customer", "channel", "category", "state", "at", "source"),
    "preferences": (
        *("customer", "channels", "quiet_hours", "max", "per", "pause_from", "pause_until"),
    ),
    "history": ("customer", "sent_at", "channel", "category", "topic", "touchpoint"),
}
"""The kinds of files in the order in which they are imported, and their columns."""

_LINES = (("cards", 55), ("loans", 35), ("savings", 50), ("insurance", 25), ("mobile", 30))
_TODAY = date.fromisoformat(DAY)
_BORN_TODAY = 16
"""Every so many customers has a birthday on the demo's day, twenty times more than chance gives."""
_BORN_ON_LEAP_DAY = 100
_LUNAR = 5
"""Of the Chinese, every so many keeps the birthday by the lunar calendar."""

_USUAL = {"birthday_calendar": "", "channels": "", "tier": "silver", "checked": "2025-04-02"}
"""What one of the cast is like if nothing else is said, whatever the seed."""

Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Bank:
    """The rows of every kind of file."""

    rows: Mapping[str, list[Row]] = field(default_factory=lambda: {kind: [] for kind in COLUMNS})

    def add(self, kind: str, customer: str, rows: Iterable[Mapping[str, str]]) -> None:
        """Append rows about one customer."""
        self.rows[kind].extend({"customer": customer, **row} for row in rows)

    def write(self, folder: Path) -> dict[str, Path]:
        """Write one CSV file for each kind; returns the files in the order of importing."""
        files = {kind: folder / f"{kind}.csv" for kind in COLUMNS}
        for kind, file in files.items():
            write_table(file, COLUMNS[kind], self.rows[kind])
        return files


def generated(seed: int = SEED, size: int = SIZE) -> Bank:
    """The bank that this seed makes: the cast, and `size` less eleven ordinary customers."""
    draw, bank = Random(seed), Bank()  # noqa: S311 - nobody must not guess these customers
    for number in range(1, size + 1):
        part = CAST[number - 1] if number <= len(CAST) else None
        home = part.home if part else drawn_home(draw)
        _add(bank, draw, number, home, part)
    return bank


def _add(bank: Bank, draw: Random, number: int, home: Home, part: Part | None) -> None:
    customer = f"C{number:04d}"
    person = _person(draw, number, home)
    if part is None:
        _lose_some(draw, person)
        bank.add("facts", customer, _instalments(draw, number, home, person["lines"]))
        bank.add("consents", customer, _consents(draw))
        bank.add("preferences", customer, _preferences(draw))
        bank.add("history", customer, _history(draw))
    else:
        person |= _USUAL | _named(part) | dict(part.person)
        bank.add("facts", customer, part.facts)
        granted = [_consent("granted", "2024-05-01", "branch")]
        bank.add("consents", customer, granted if part.consents is None else part.consents)
        bank.add("preferences", customer, part.preferences)
        bank.add("history", customer, part.history)
    bank.rows["customers"].append({"id": customer, **person})


def _named(part: Part) -> Row:
    first, last = part.name.split()
    if part.home.chinese:
        return {"name": first + last, "given_name": last, "family_name": first}
    return {"name": part.name, "given_name": first, "family_name": last}


def _person(draw: Random, number: int, home: Home) -> Row:
    own = [line for line, share in _LINES if draw.randrange(100) < share] or ["savings"]
    return {
        **drawn_name(draw, home),
        **_birthday(draw, number, home),
        "timezone": home.timezone,
        "country": home.country,
        "locale": home.locale,
        "status": "active",
        "channels": draw.choices(["", "sms;email", "email;sms", "push;sms"], [55, 15, 20, 10])[0],
        **addresses(number, home),
        "lines": ";".join(own),
        "tier": draw.choices(["basic", "silver", "gold"], [50, 30, 20])[0],
        "checked": (date(2020, 1, 1) + timedelta(days=draw.randrange(2200))).isoformat(),
    }


def _birthday(draw: Random, number: int, home: Home) -> Row:
    year = draw.randrange(1942, 2007)
    lunar = home.chinese and number % _LUNAR == 0
    if number % _BORN_ON_LEAP_DAY == 0:
        return {"birthday": f"{year // 4 * 4}-02-29", "birthday_calendar": ""}
    if number % _BORN_TODAY == 0:
        day = f"{year}-{LUNAR_DAY}" if lunar else f"{year}{DAY[4:]}"
    else:
        drawn = date(year, 1, 1) + timedelta(days=draw.randrange(365))
        # Not every lunar month has a 30th.
        day = drawn.replace(day=min(drawn.day, 29)).isoformat() if lunar else drawn.isoformat()
    return {"birthday": day, "birthday_calendar": "lunar" if lunar else ""}


def _lose_some(draw: Random, person: Row) -> None:
    """Take away what real files lack, and break what real forms let through."""
    for column, share in (("email", 8), ("phone", 6), ("address.push", 45), ("timezone", 1)):
        if draw.randrange(100) < share:
            person[column] = ""
    if draw.randrange(100) < 1:
        person["phone"] = "ask at the branch"
    if draw.randrange(100) < 1:
        person["email"] = person["email"].replace("@", " at ")
    if draw.randrange(100) < 3:
        person["status"] = draw.choice(["closed", "deceased", "blocked"])
    if draw.randrange(100) < 2:
        person["birthday"] = person["birthday_calendar"] = ""


def _instalments(draw: Random, number: int, home: Home, lines: str) -> Iterator[Row]:
    if "loans" not in lines:
        return
    due = _TODAY + timedelta(days=draw.randrange(1, 29))
    amount = draw.randrange(12_000, 480_000) / 100
    yield {
        "kind": "instalment",
        "ref": f"L-{number:04d}-{due.month:02d}",
        "date": due.isoformat(),
        "status": "paid" if draw.randrange(100) < 15 else "open",
        "amount": f"{amount:.2f}",
        "currency": home.currency,
    }


def _consent(state: str, day: str, source: str, channel: str = "*") -> Row:
    what = {"channel": channel, "category": "marketing", "state": state}
    return what | {"at": f"{day}T09:00:00Z", "source": source}


def _consents(draw: Random) -> Iterator[Row]:
    """Most agree, some take one channel back, a few refuse, and some were never asked."""
    kind = draw.choices(["all", "no sms", "no push", "none", "never asked"], [72, 9, 5, 6, 8])[0]
    day = (date(2022, 1, 1) + timedelta(days=draw.randrange(1_000))).isoformat()
    if kind in {"all", "no sms", "no push"}:
        yield _consent("granted", day, draw.choice(["branch", "app", "web form"]))
    if kind in {"no sms", "no push"}:
        yield _consent("denied", "2025-11-11", "reply STOP", channel=kind.removeprefix("no "))
    if kind == "none":
        yield _consent("denied", "2025-06-01", "hotline")


def _preferences(draw: Random) -> Iterator[Row]:
    kind = draw.choices(["", "late riser", "little", "away"], [88, 6, 4, 2])[0]
    if kind == "late riser":
        yield {"quiet_hours": "20:00-11:00"}
    if kind == "little":
        yield {"max": "1", "per": "7d"}
    if kind == "away":
        yield {"pause_from": "2026-02-14", "pause_until": "2026-03-01"}


def _history(draw: Random) -> Iterator[Row]:
    for _ in range(draw.choices([0, 1, 2, 3], [70, 18, 8, 4])[0]):
        day = _TODAY - timedelta(days=draw.randrange(1, 20))
        topic = draw.choice(["newsletter", "card-offer", "fund-offer"])
        yield {
            "sent_at": f"{day.isoformat()}T{draw.randrange(9, 19):02d}:30:00+08:00",
            "channel": draw.choice(["email", "sms"]),
            "category": "marketing",
            "topic": topic,
            "touchpoint": f"{topic} (campaign tool)",
        }
