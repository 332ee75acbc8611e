"""Dates and instants as files write them: ISO 8601, or a form of the file's own."""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple

from touchpoints.core.calendar import ZoneClock, date_of, day_of, zone_clock
from touchpoints.errors import UsageError

DAY = 86400
NO_SUCH_DATE = "does not exist in the calendar"
EARLIEST, LATEST = day_of(date(1900, 1, 1)), day_of(date(9998, 12, 31))
"""The days between which an instant is plausible."""

_ISO = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
    r"(?:[T ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:[.,][0-9]{1,9})?)? ?"
    r"(Z|[+-][0-9]{2}(?::?[0-9]{2})?)?)?"
)
_BIRTHDAY = re.compile(r"(?:([0-9]{4})-|--)(L?)([0-9]{2})-([0-9]{2})")
_YEAR, _TIME = re.compile("%[YyGcx]"), re.compile("%[HIMSpXcf]")
_PROBE = datetime(2003, 11, 23, 14, 35, 46)  # noqa: DTZ001 - only its parts are looked at


class Stamp(NamedTuple):
    """A date as written, with the second of its day and the offset from UTC where it has them."""

    day: int
    second: int | None = None
    offset: int | None = None


class Birthday(NamedTuple):
    """A birthday in the form in which it is stored: text, calendar, year, `month * 100 + day`.

    In a lunar leap month the last number is 10,000 greater.
    """

    text: str
    calendar: str
    year: int | None
    month_day: int


class Dates:
    """The dates of one file: in ISO form, or in a form of `strptime`; zone: the workspace's.

    Raises UsageError for a form that is none. The methods raise ValueError, in words that follow
    the name of the column.
    """

    def __init__(self, zone: str, form: str | None = None) -> None:
        self._clock: ZoneClock = zone_clock(zone)
        self._form = form
        bare = (form or "").replace("%%", "")
        self._yearless = form is not None and not _YEAR.search(bare)
        self._timed = form is not None and _TIME.search(bare) is not None
        if form is not None:
            _check_form(form, yearless=self._yearless)

    def day(self, text: str) -> int:
        """The day of a date; of a date with a time, the date's part."""
        return self._stamp(text).day

    def birthday(self, text: str) -> Birthday:
        """A birthday, with or without a year; without a year ISO is always understood."""
        if self._form is None or text.startswith("--") or "-L" in text:
            return _birthday(text, "solar") or self._formed_birthday(text, "solar")
        return self._formed_birthday(text, "solar")

    def lunar_birthday(self, text: str) -> Birthday:
        """A birthday in the lunar calendar; ISO is always understood."""
        return _birthday(text, "lunar") or self._formed_birthday(text, "lunar")

    def instant(self, text: str) -> tuple[int, bool]:
        """An instant in seconds, and whether it is clear: with a zone, or a bare date.

        Where no zone is written the workspace's holds; a bare date is its first minute there.
        """
        stamp = self._stamp(text, instant=True)
        if not EARLIEST <= stamp.day <= LATEST:
            raise ValueError("is not an instant from 1900 to 9998")
        return self._at(stamp), stamp.second is None or stamp.offset is not None

    def end(self, text: str) -> tuple[int | None, bool]:
        """An instant as `instant`, but a bare date lasts until its end; the year 9999 is never."""
        stamp = self._stamp(text, instant=True)
        if stamp.day > LATEST:
            return None, True
        if stamp.second is None and stamp.day >= EARLIEST:
            return self._at(Stamp(stamp.day + 1)), True
        return self.instant(text)

    def _formed_birthday(self, text: str, calendar: str) -> Birthday:
        if self._yearless:
            stamp = _formed(f"2000 {text}", f"%Y {self._form}")
            written = date_of(stamp.day).strftime("--%m-%d")
        else:
            stamp = self._stamp(text)
            written = date_of(stamp.day).isoformat()
        if stamp.second:
            raise ValueError("has a time of day; expected a date")
        found = _birthday(written, calendar)
        assert found is not None  # noqa: S101 - it is written in this very form
        return found

    def _at(self, stamp: Stamp) -> int:
        second = stamp.second or 0
        if stamp.offset is not None:
            return stamp.day * DAY + second - stamp.offset
        return self._clock.instant(stamp.day, second // 60) + second % 60

    def _stamp(self, text: str, *, instant: bool = False) -> Stamp:
        """A date in the file's form; an instant may be ISO too, with a T or in a form of dates."""
        if self._form is None or (instant and text[10:11] == "T" and _ISO.fullmatch(text)):
            return _iso(text)
        if self._yearless:
            raise ValueError(f"has no year in the form {self._form!r}")
        stamp = _formed(text, self._form)
        return stamp if self._timed else Stamp(stamp.day)


@lru_cache(maxsize=100_000)
def _iso(text: str) -> Stamp:
    match = _ISO.fullmatch(text)
    if match is None:
        raise ValueError("is not a date such as 2026-02-28")
    year, month, day, hour, minute, second, zone = match.groups()
    number = _day(int(year), int(month), int(day))
    if hour is None:
        return Stamp(number)
    if int(hour) > 23 or int(minute) > 59 or int(second or 0) > 59:
        raise ValueError("has a time of day that does not exist; expected 00:00 to 23:59")
    seconds = int(hour) * 3600 + int(minute) * 60 + int(second or 0)
    return Stamp(number, seconds, None if zone is None else _offset(zone))


def _offset(zone: str) -> int:
    if zone == "Z":
        return 0
    digits = zone[1:].replace(":", "").ljust(4, "0")
    hours, minutes = int(digits[:2]), int(digits[2:])
    if hours > 15 or minutes > 59:
        raise ValueError("has an offset that no place on earth has")
    return (hours * 3600 + minutes * 60) * (-1 if zone[0] == "-" else 1)


@lru_cache(maxsize=100_000)
def _formed(text: str, form: str) -> Stamp:
    try:
        found = datetime.strptime(text, form)  # noqa: DTZ007 - a zone is optional
    except ValueError:
        raise ValueError(f"is not a real date in the form {form!r}") from None
    second = found.hour * 3600 + found.minute * 60 + found.second
    offset = found.utcoffset()
    return Stamp(
        day_of(found.date()), second, None if offset is None else int(offset.total_seconds())
    )


def _day(year: int, month: int, day: int) -> int:
    try:
        return day_of(date(year, month, day))
    except ValueError:
        raise ValueError(NO_SUCH_DATE) from None


@lru_cache(maxsize=100_000)
def _birthday(text: str, calendar: str) -> Birthday | None:
    """A birthday in ISO form; None for a text in another form."""
    match = _BIRTHDAY.fullmatch(text)
    if match is None:
        return None
    year, leap, month, day = match[1], match[2], int(match[3]), int(match[4])
    if calendar == "lunar":
        if not (1 <= month <= 12 and 1 <= day <= 30 and year != "0000"):
            raise ValueError("does not exist in the lunar calendar; months 01-12, days 01-30")
    elif leap:
        raise ValueError("has a leap month, which needs birthday_calendar lunar")
    else:
        _day(int(year or 2000), month, day)
    month_day = month * 100 + day + (10_000 if leap else 0)
    return Birthday(text, calendar, int(year) if year else None, month_day)


def _check_form(form: str, *, yearless: bool) -> None:
    """Raises UsageError for a form that does not hold day and month, or that names a zone."""
    full, probe = (f"%Y {form}", f"{_PROBE.year} ") if yearless else (form, "")
    try:
        parsed = datetime.strptime(probe + _PROBE.strftime(form), full)  # noqa: DTZ007
        fits = (parsed.month, parsed.day) == (_PROBE.month, _PROBE.day)
    except (ValueError, IndexError, KeyError, re.error):
        fits = False
    if not fits or "%Z" in form.replace("%%", ""):
        raise UsageError(
            f"--date-format {form!r} is not a form of dates; expected day, month and year such as"
            " %m/%d/%Y or %d.%m.%Y, and %z for an offset"
        )
