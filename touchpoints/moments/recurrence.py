"""Recurrence rules (RFC 5545) of whole days, with a word for days that do not exist (RFC 7529)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from difflib import get_close_matches
from functools import lru_cache
from typing import Protocol

from touchpoints.core.calendar import day_of
from touchpoints.core.monthdays import LAST_DAY, MonthDays, Skip
from touchpoints.moments.rule import Rule

ANCHOR = date(1900, 1, 1)
"""Where a rule without a start begins to count: a Monday, and the first of a month and a year."""
MOST = 10_000
"""The highest COUNT and INTERVAL; a daily rule of so many days lasts 27 years."""

FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
FINER = ("HOURLY", "MINUTELY", "SECONDLY", "BYHOUR", "BYMINUTE", "BYSECOND")
DAYS = ("BYDAY", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYSETPOS", "BYEASTER")
PARTS = ("FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "DTSTART", "SKIP", "BYMONTH", *DAYS)
SKIPS: Mapping[str, Skip] = {"BACKWARD": "backward", "FORWARD": "forward", "OMIT": "omit"}

_DATE = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(T\d{6}Z?)?")


class Recurrence(Protocol):
    """Days that come again and again."""

    def between(self, first: int, last: int) -> list[int]:
        """The days from `first` to `last`, both included, ascending."""
        ...


@lru_cache(maxsize=256)
def recurrence(text: str, start: date | None) -> Recurrence:
    """The days of a rule. Raises ValueError with what is wrong and what to write instead."""
    parts = _parts(text)
    start = _start(parts, start)
    _check_day(parts, start)
    until = day_of(_date("UNTIL", parts["UNTIL"])) if "UNTIL" in parts else LAST_DAY
    most = _number(parts, "COUNT") if "COUNT" in parts else None
    begun, interval = start or ANCHOR, _number(parts, "INTERVAL")
    if parts["FREQ"] in {"MONTHLY", "YEARLY"} and not parts.keys() & set(DAYS) - {"BYMONTHDAY"}:
        yearly = parts["FREQ"] == "YEARLY"
        by_day = "BYMONTHDAY" in parts
        every = range(1, 13) if by_day or not yearly else [begun.month]
        return MonthDays(
            start=day_of(begun),
            days=_numbers(parts, "BYMONTHDAY", 31) or (begun.day,),
            months=frozenset(_numbers(parts, "BYMONTH", 12) or every),
            interval=interval,
            yearly=yearly,
            skip=_skip(parts),
            until=until,
            most=most,
        )
    if _skip(parts, "OMIT") != "omit":
        raise ValueError("SKIP goes with FREQ=MONTHLY or YEARLY and BYMONTHDAY alone")
    pattern = {name: parts[name] for name in parts.keys() & {"WKST", "BYMONTH", *DAYS}}
    return Rule(parts["FREQ"], begun, interval, pattern, until, most)


def _parts(text: str) -> dict[str, str]:
    """The parts of a rule by name, in capitals. Raises ValueError."""
    parts: dict[str, str] = {}
    for piece in re.split(r"[;\s]+", text.upper().strip().replace("RRULE:", "")):
        name, sign, value = re.sub("^DTSTART:", "DTSTART=", piece).partition("=")
        if name in FINER or value in FINER:
            raise ValueError('a schedule has days; say the time of day by `at: "10:00"`')
        if not sign or not value or name in parts:
            raise ValueError("expected a rule such as FREQ=MONTHLY;BYMONTHDAY=31, each part once")
        if name not in PARTS:
            near = get_close_matches(name, PARTS, n=1)
            known = f"did you mean {near[0]}?" if near else f"there are {', '.join(PARTS)}"
            raise ValueError(f"a rule has no part {name}; {known}")
        parts[name] = value
    if parts.get("FREQ") not in FREQUENCIES:
        raise ValueError(f"expected FREQ={'|'.join(FREQUENCIES)}")
    return parts


def _start(parts: Mapping[str, str], start: date | None) -> date | None:
    if "DTSTART" not in parts:
        return start
    if start is not None:
        raise ValueError("the start stands in the rule and in `start`; leave one of them out")
    return _date("DTSTART", parts["DTSTART"])


def _check_day(parts: Mapping[str, str], start: date | None) -> None:
    if start is not None:
        return
    if "COUNT" in parts:
        raise ValueError("COUNT counts from a start; add one, such as start: 2026-01-31")
    if parts["FREQ"] != "DAILY" and not parts.keys() & set(DAYS):
        raise ValueError("say on which day, by BYDAY, BYMONTHDAY or start: 2026-01-31")


def _skip(parts: Mapping[str, str], otherwise: str = "BACKWARD") -> Skip:
    word = parts.get("SKIP", otherwise)
    if word not in SKIPS:
        raise ValueError(f"expected SKIP={'|'.join(SKIPS)}")
    return SKIPS[word]


def _date(name: str, text: str) -> date:
    match = _DATE.fullmatch(text)
    try:
        if match is not None:
            return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        pass
    raise ValueError(f"{name} is no date; write it like 20261231")


def _number(parts: Mapping[str, str], name: str) -> int:
    text = parts.get(name, "1")
    if not re.fullmatch(r"\d{1,5}", text) or not 1 <= int(text) <= MOST:
        raise ValueError(f"{name} is no number from 1 to {MOST}")
    return int(text)


def _numbers(parts: Mapping[str, str], name: str, most: int) -> tuple[int, ...]:
    """The numbers of a part, negative ones counted from the end; none where there is no such."""
    texts = parts[name].split(",") if name in parts else []
    if any(not re.fullmatch(r"[+-]?\d{1,2}", text) for text in texts):
        raise ValueError(f"{name} has something that is no number")
    numbers = tuple(int(text) for text in texts)
    least = 1 if name == "BYMONTH" else -most
    if any(not least <= number <= most or number == 0 for number in numbers):
        raise ValueError(f"{name} has a number that is not from 1 to {most}")
    return numbers
