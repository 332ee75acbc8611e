"""Touchpoints that can never be sent, because their window and the hours do not meet."""

from __future__ import annotations

from touchpoints.core.hours import DAY_MINUTES, Hours, Interval, intersect
from touchpoints.core.policy import Policy, Touchpoint
from touchpoints.errors import Complaint
from touchpoints.workspace.document import Document, Remark

_ALL_WEEKDAYS = 8
"""After so many days of a window every weekday has come, with the night before it."""


def check_reach(policy: Policy, document: Document) -> list[Complaint]:
    """A warning for each touchpoint that no customer can ever get, whatever the weekday."""
    complaints = []
    for name, touchpoint in policy.touchpoints.items():
        if not _has_time(touchpoint, policy):
            what = f"`{name}` has no time: its window never meets the hours of a channel"
            remedy = "widen `window`, or the `hours` of its channels or category"
            path, remark = ("touchpoints", name, "window"), _warning(what, remedy)
            complaints.append(document.complain(path, remark))
        if touchpoint.line is not None and not _line_is_open(touchpoint, policy):
            line = document.quoted(("touchpoints", name, "line"))
            what = f"the line {line} is never open for {touchpoint.line_open_for}"
            remedy = "shorten `line_open_for`, or widen the line's `hours`"
            path, remark = ("touchpoints", name, "line_open_for"), _warning(what, remedy)
            complaints.append(document.complain(path, remark))
    return complaints


def _warning(what: str, remedy: str) -> Remark:
    return Remark(what, remedy, "no-time", severity="warning")


def _has_time(touchpoint: Touchpoint, policy: Policy) -> bool:
    category = policy.categories[touchpoint.category].hours
    channels = (policy.channels[name].hours for name in touchpoint.channels)
    return any(
        _meets(touchpoint, (hours, category), weekday) for hours in channels for weekday in range(7)
    )


def _meets(touchpoint: Touchpoint, hours: tuple[Hours | None, ...], weekday: int) -> bool:
    """Whether a window on an occurrence of this weekday has a minute within all hours."""
    window = touchpoint.window
    opens, closes = window.open_day, min(window.close_day, window.open_day + _ALL_WEEKDAYS)
    end = window.close_minute if closes == window.close_day else 0
    days = range(opens - 1, closes + 1)
    allowed: tuple[Interval, ...] = (
        (opens * DAY_MINUTES + window.open_minute, closes * DAY_MINUTES + end),
    )
    for week in hours:
        if week is not None:
            allowed = intersect(allowed, _spread(week, days, weekday))
    at = touchpoint.at or 0
    late = tuple((day * DAY_MINUTES + at, (day + 1) * DAY_MINUTES) for day in days)
    return bool(intersect(allowed, late))


def _spread(hours: Hours, days: range, weekday: int) -> tuple[Interval, ...]:
    """Weekly hours laid out over days that are counted from an occurrence's weekday."""
    intervals = sorted(
        (day * DAY_MINUTES + start, day * DAY_MINUTES + end)
        for day in days
        for start, end in hours.week[(weekday + day) % 7]
    )
    return tuple(intervals)


def _line_is_open(touchpoint: Touchpoint, policy: Policy) -> bool:
    wanted = touchpoint.line_open_for.seconds // 60
    week = policy.lines[str(touchpoint.line)].hours.week
    longest = max((end - start for day in week for start, end in day), default=0)
    return longest >= max(wanted, 1)
