"""Why no minute of a window is left: whose hours stand in the way, and the next that all allow."""

from __future__ import annotations

from collections.abc import Iterator

from touchpoints.core.hours import Hours
from touchpoints.core.phrase import Open, Phrase, Span
from touchpoints.core.refused import Refused
from touchpoints.core.timetable import Obstacles, SlotKey, Source, Timetable

AHEAD = 31
"""Days in which the next allowed minute is looked for."""


def no_time(refused: Refused, code: str) -> Iterator[Phrase]:
    """The hours that leave nothing of the window, and when they next would."""
    case = refused.case
    if refused.closes <= case.as_of:
        yield Phrase("change.time_over", closes=refused.when(refused.closes))
        return
    channels = [finding.channel for finding in refused.failing(code)]
    if not channels:
        yield Phrase("change.time_pinned")
        return
    timetable = Timetable(case.rulebook, case.as_of)
    soonest: list[int] = []
    for channel in channels:
        key = _slot_key(refused, channel)
        yield from _in_the_way(refused, channel, timetable.obstacles(key))
        soonest += [at for at in (timetable.next_minute(key, AHEAD),) if at is not None]
    if not soonest:
        yield Phrase("change.time_never", days=AHEAD)
    elif min(soonest) >= refused.closes:
        at, closes = refused.when(min(soonest)), refused.when(refused.closes)
        yield Phrase("change.time_next", at=at, closes=closes)


def _in_the_way(refused: Refused, channel: str, obstacles: Obstacles) -> Iterator[Phrase]:
    for source in obstacles.alone:
        name, values = _hours(refused, channel, source)
        yield Phrase(f"change.time_{name}", **values)
    if obstacles.together and not obstacles.alone:
        found = [_hours(refused, channel, source) for source in obstacles.together]
        parts = tuple(Phrase(f"hours_{name}", **values) for name, values in found)
        yield Phrase("change.time_together", hours=parts)


def _slot_key(refused: Refused, channel: str) -> SlotKey:
    candidates, number = refused.case.candidates, refused.number
    return SlotKey(
        refused.decision.zone,
        int(candidates.touchpoint[number]),
        refused.case.rulebook.channel_number[channel],
        int(candidates.day[number]),
        int(candidates.next_day[number]),
        int(candidates.earliest[number]),
        refused.wishes,
    )


def _hours(refused: Refused, channel: str, source: Source) -> tuple[str, dict[str, object]]:
    """The sentence about one kind of hours, and its values."""
    design, policy = refused.design, refused.case.rulebook.policy
    if source == "quiet":
        return source, {"hours": Open(Hours((refused.wishes.quiet,) * 7))}
    if source == "line":
        line = policy.lines[design.line or ""]
        zone: str = line.timezone
        if line.holidays is not None:
            zone = Phrase("zone_holidays", zone=zone, country=line.holidays)
        values = {"name": line.name, "hours": Open(line.hours), "zone": zone}
        if not design.line_open_for.seconds:
            return source, values
        return "line_open", values | {"rest": Span(design.line_open_for)}
    named = policy.channels[channel] if source == "channel" else policy.categories[design.category]
    return source, {"name": named.name, "hours": Open(named.hours or Hours(((),) * 7))}
