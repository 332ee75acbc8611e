"""The twelve example customers of a new workspace, with something due around a given day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from touchpoints.core.calendar import day_of
from touchpoints.core.lunar import lunar_date

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "customers": (
        *("id", "name", "given_name", "family_name", "birthday", "birthday_calendar"),
        *("timezone", "locale", "status", "channels", "email", "phone"),
    ),
    "facts": ("customer", "kind", "ref", "date", "status", "amount", "currency"),
    "consents": ("customer", "channel", "category", "state", "at", "source"),
}

Row = dict[str, str]

_SHANGHAI, _LONDON, _NEW_YORK = "Asia/Shanghai", "Europe/London", "America/New_York"

_PEOPLE: tuple[tuple[str, str, int, int, str, str, str], ...] = (
    # given name, family name, year of birth, days to the birthday, zone, locale, channels
    ("芳", "王", 1990, 0, _SHANGHAI, "zh-CN", "email;sms"),
    ("伟", "李", 1984, 1, _SHANGHAI, "zh-CN", ""),
    ("Emma", "Brown", 1995, 1, _LONDON, "en-GB", ""),
    ("James", "Murphy", 1978, 2, _NEW_YORK, "en-US", "email"),
    ("娜", "陈", 2001, 2, _SHANGHAI, "zh-CN", ""),
    ("Grace", "Patel", 1969, 3, _LONDON, "en-GB", "sms;email"),
    ("建国", "赵", 1951, 4, _SHANGHAI, "zh-CN", ""),
    ("Oliver", "Wright", 1988, 5, _LONDON, "en-GB", ""),
    ("静", "刘", 1993, 40, _SHANGHAI, "zh-CN", ""),
    ("Thomas", "Kelly", 1982, 90, _NEW_YORK, "en-US", ""),
    ("敏", "黄", 1975, 150, _SHANGHAI, "zh-CN", "sms"),
    ("Zoë", "Young", 2003, 220, _LONDON, "en-GB", ""),
)
_LEAP_DAY = 12
"""The number of the customer who is born on 29 February, whatever the day."""

_LUNAR = 11
"""The number of the customer whose birthday is in the lunar calendar."""

_DUE = ((1, 1), (2, 4), (3, 2), (5, 3), (9, 4), (11, 6), (9, 34))
"""Whose instalment is due in how many days."""


def newcomers(today: date) -> dict[str, list[Row]]:
    """The rows of each kind of file, in the order in which they are imported."""
    return {"customers": _customers(today), "facts": _facts(today), "consents": _consents(today)}


def _customers(today: date) -> list[Row]:
    rows = []
    for number, (given, family, year, days, zone, locale, channels) in enumerate(_PEOPLE, 1):
        day = today + timedelta(days=days)
        chinese = locale.startswith("zh")
        rows.append(
            {
                "id": f"C{number:02d}",
                "name": family + given if chinese else f"{given} {family}",
                "given_name": given,
                "family_name": family,
                "birthday": _birthday(number, year, day),
                "birthday_calendar": "lunar" if number == _LUNAR else "",
                "timezone": zone,
                "locale": locale,
                "status": "deceased" if number == 7 else "active",
                "channels": channels,
                "email": "" if number == 5 else f"c{number:02d}@mail.example",
                "phone": "" if number in {4, 5} else f"+861000000{number:04d}",
            }
        )
    return rows


def _birthday(number: int, year: int, day: date) -> str:
    if number == _LEAP_DAY:
        return "1996-02-29"
    if number == _LUNAR:
        lunar = lunar_date(day_of(day))
        return f"{year}-{lunar.month:02d}-{min(lunar.day, 29):02d}"
    return _born(year, day)


def _born(year: int, day: date) -> str:
    """The date in a year of birth that this day is the birthday of."""
    if (day.month, day.day) == (2, 29):
        year = year // 4 * 4
    return day.replace(year=year).isoformat()


def _facts(today: date) -> list[Row]:
    return [
        {
            "customer": f"C{number:02d}",
            "kind": "instalment",
            "ref": f"L-{number:04d}-{place}",
            "date": (today + timedelta(days=days)).isoformat(),
            "status": "paid" if number == 5 else "open",
            "amount": f"{180 + 97 * number}.50",
            "currency": "CNY" if _PEOPLE[number - 1][4] == _SHANGHAI else "GBP",
        }
        for place, (number, days) in enumerate(_DUE, 1)
    ]


def _consents(today: date) -> list[Row]:
    """All but one have agreed to marketing, and one has taken SMS back."""
    long_ago, lately = today - timedelta(days=300), today - timedelta(days=20)
    granted = [
        _consent(number, long_ago, ("*", "granted", "web form"))
        for number in range(1, len(_PEOPLE) + 1)
        if number != 8
    ]
    return [*granted, _consent(6, lately, ("sms", "denied", "reply STOP"))]


def _consent(number: int, day: date, said: tuple[str, str, str]) -> Row:
    channel, state, source = said
    return {
        "customer": f"C{number:02d}",
        "channel": channel,
        "category": "marketing",
        "state": state,
        "at": f"{day.isoformat()}T09:00:00Z",
        "source": source,
    }
