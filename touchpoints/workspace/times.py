"""Times in the workspace file: durations, hours, windows; checked, and left as written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema

from touchpoints.core.hours import Hours, parse_intervals, parse_minute, parse_weekdays
from touchpoints.core.pace import Rate as Paced
from touchpoints.core.policy import Capacity, Duration, Unit, Window
from touchpoints.workspace.mistakes import wrong

LONGEST_DAYS = 366

_SECONDS = re.compile(r"(\d{1,6})s")


def parse_window(opening: str, closing: str) -> Window:
    """The window from `0d 09:00` until `1d`; only the end may be `24:00`. Raises ValueError."""
    return Window(*_parse_edge(opening, end=False), *_parse_edge(closing, end=True))


def _parse_edge(text: str, *, end: bool) -> tuple[int, int]:
    day_text, _, minute_text = text.strip().partition(" ")
    days = Duration.parse(day_text).days
    if days is None or abs(days) > LONGEST_DAYS:
        raise ValueError("expected days")
    return days, parse_minute(minute_text, end=end) if minute_text else 0


def _edge(*, end: bool) -> BeforeValidator:
    example = "0d 20:00 or 1d" if end else "0d 09:00 or -3d"

    def check(value: object) -> object:
        try:
            _parse_edge(value if isinstance(value, str) else "", end=end)
        except ValueError:
            remedy = f"expected days and a time such as {example}, at most {LONGEST_DAYS} days off"
            raise wrong("window", remedy) from None
        return value

    return BeforeValidator(check)


def _length(units: tuple[Unit, ...], example: str, least: str, most: str) -> BeforeValidator:
    """A check that a value is a duration in one of these units, from `least` to `most`."""
    shortest, longest = Duration.parse(least).seconds, Duration.parse(most).seconds
    remedy = f"expected a duration in {', '.join(units)} from {least} to {most}, such as {example}"

    def check(value: object) -> object:
        try:
            duration = Duration.parse(value if isinstance(value, str) else "")
            fits = duration.unit in units and shortest <= duration.seconds <= longest
        except ValueError:
            fits = False
        if not fits:
            raise wrong("duration", remedy)
        return value

    return BeforeValidator(check)


def _seconds(value: object) -> int:
    seconds = 0
    if isinstance(value, int) and not isinstance(value, bool):
        seconds = value
    elif isinstance(value, str) and (match := _SECONDS.fullmatch(value.strip())):
        seconds = int(match[1])
    elif isinstance(value, str):
        try:
            seconds = Duration.parse(value).seconds
        except ValueError:
            seconds = 0
    if not 1 <= seconds <= 86400:
        raise wrong("duration", "expected a duration such as 5s or 1m, at most 1d")
    return seconds


def _pace(value: object) -> object:
    try:
        Capacity.parse(value if isinstance(value, str) else "")
    except ValueError as error:
        raise wrong("capacity", str(error)) from None
    return value


def _rate(value: object) -> object:
    try:
        Paced.parse(value if isinstance(value, str) else "")
    except ValueError as error:
        raise wrong("rate", str(error)) from None
    return value


def _minute(value: object) -> object:
    try:
        parse_minute(value if isinstance(value, str) else "")
    except ValueError:
        raise wrong("time-of-day", "expected HH:MM from 00:00 to 23:59") from None
    return value


def _weekdays(text: str) -> str:
    try:
        parse_weekdays(text)
    except ValueError:
        raise wrong("weekday", "expected mon, tue, wed, thu, fri, sat, sun or mon-fri") from None
    return text


def _spans(text: str | None) -> str | None:
    try:
        if text is not None:
            parse_intervals(text)
    except ValueError as error:
        raise wrong("hours", str(error).rpartition("; ")[2]) from None
    return text


def _as_week(value: object) -> object:
    if not isinstance(value, str | Mapping):
        raise wrong("hours", 'expected "09:00-17:00", or {mon-fri: "09:00-17:00"}')
    return {"mon-sun": value} if isinstance(value, str) else value


def _each_day_once(week: dict[str, str | None]) -> dict[str, str | None]:
    try:
        Hours.parse(week)
    except ValueError as error:
        raise wrong("hours", "keep one of them", what=str(error)) from None
    return week


_DURATION_SCHEMA = WithJsonSchema({"type": "string", "pattern": r"^\d+(m|h|d|w)$"})
_EDGE_SCHEMA = WithJsonSchema({"type": "string", "pattern": r"^-?\d+[dw]( \d{1,2}:\d{2})?$"})
_SECONDS_SCHEMA = WithJsonSchema(
    {"anyOf": [{"type": "integer"}, {"type": "string", "pattern": r"^\d+[smhd]$"}]}
)
_WEEK_SCHEMA = WithJsonSchema(
    {
        "anyOf": [
            {"type": "string"},
            {"type": "object", "additionalProperties": {"type": ["string", "null"]}},
        ]
    }
)

Per = Annotated[str, _length(("m", "h", "d", "w"), "1d", "1m", "366d"), _DURATION_SCHEMA]
Gap = Annotated[str, _length(("m", "h", "d", "w"), "4h", "1m", "366d"), _DURATION_SCHEMA]
Freeze = Annotated[str, _length(("m", "h", "d"), "10m", "0m", "7d"), _DURATION_SCHEMA]
KeyLife = Annotated[str, _length(("m", "h", "d"), "23h", "1m", "366d"), _DURATION_SCHEMA]
OpenFor = Annotated[str, _length(("m", "h"), "2h", "0m", "24h"), _DURATION_SCHEMA]
Retention = Annotated[str, _length(("d", "w"), "90d", "1d", "3650d"), _DURATION_SCHEMA]
Horizon = Annotated[str, _length(("d", "w"), "7d", "1d", "90d"), _DURATION_SCHEMA]
Pace = Annotated[
    str,
    BeforeValidator(_pace),
    WithJsonSchema({"type": "string", "pattern": r"^[1-9]\d* per (minute|hour|day)$"}),
]
Rate = Annotated[
    str,
    BeforeValidator(_rate),
    WithJsonSchema({"type": "string", "pattern": r"^[1-9]\d* per (second|minute|hour|day)$"}),
]
Seconds = Annotated[int, BeforeValidator(_seconds), _SECONDS_SCHEMA]
Opening = Annotated[str, _edge(end=False), _EDGE_SCHEMA]
Closing = Annotated[str, _edge(end=True), _EDGE_SCHEMA]
TimeOfDay = Annotated[
    str, BeforeValidator(_minute), WithJsonSchema({"type": "string", "pattern": r"^\d{1,2}:\d{2}$"})
]
Week = Annotated[
    dict[Annotated[str, AfterValidator(_weekdays)], Annotated[str | None, AfterValidator(_spans)]],
    BeforeValidator(_as_week),
    AfterValidator(_each_day_once),
    _WEEK_SCHEMA,
]
