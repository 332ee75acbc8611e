"""A comparison of two policies as one page that stands alone: no script, no request to anywhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.resources import files

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from touchpoints.cli.diffwords import DiffWords, change_in_words, money, signed
from touchpoints.cli.heatmap import CELL, PITCH, TOP, WEEKDAYS, Calendar, Scale, calendars
from touchpoints.cli.spreadchart import bars
from touchpoints.core.calendar import zone_clock

SHOWN = 200
"""How many of the changed messages the page lists; JSON lines have all of them."""

SHADES, DIFFERENCES = 5, 3
"""Shades of a policy's own map, and of the map of differences in each direction."""

NOTHING = "none"
_STRONG = {1: 2, 2: 3, 3: 5}
"""The three shades of a difference among the five of a policy."""


@dataclass(frozen=True)
class HeatMap:
    """One map of days: its title, the shade of each day that has one, and what the shades mean."""

    title: str
    shades: Mapping[date, str]
    legend: tuple[tuple[str, str], ...]
    told: Mapping[Calendar, str]

    def shade(self, day: date) -> str:
        """The class of a day's shade."""
        return self.shades.get(day, NOTHING)


def page(words: DiffWords) -> str:
    """The whole page; every name in it is shown as it is, whatever signs it is made of."""
    source = files("touchpoints.cli")
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"signed": signed, "money": money, "figure": "{:,}".format}
    template = environment.from_string(source.joinpath("diffpage.html.j2").read_text("utf-8"))
    comparison = words.comparison
    days = _days(words)
    drawn = calendars(min(days), max(days))
    return template.render(
        words=words,
        comparison=comparison,
        style=Markup(source.joinpath("diffpage.css").read_text("utf-8")),  # noqa: S704 - our own
        days=days,
        told={day: _day_in_words(day, *counts) for day, counts in days.items()},
        calendars=drawn,
        maps=_maps(days, drawn),
        grid={"cell": CELL, "pitch": PITCH, "top": TOP, "weekdays": WEEKDAYS},
        bars=bars(comparison.here.spread, comparison.there.spread),
        changes=[change_in_words(each) for each in comparison.changes[:SHOWN]],
        further=max(0, len(comparison.changes) - SHOWN),
    )


Days = Mapping[date, tuple[int, int]]
"""Messages here and there on every day from the first to the last."""


def _days(words: DiffWords) -> Days:
    """The days of the span, and those on which customers in other zones got something."""
    here, there = words.comparison.here.days, words.comparison.there.days
    clock, (start, until) = zone_clock(words.zone), words.span.seconds
    found = {*here, *there, clock.local(start).date(), clock.local(until - 1).date()}
    first, last = min(found), max(found)
    every = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return {day: (here.get(day, 0), there.get(day, 0)) for day in every}


def _maps(days: Days, drawn: list[Calendar]) -> list[HeatMap]:
    scale = Scale.over((count for counts in days.values() for count in counts), SHADES)
    return [
        _own(days, drawn, scale, side, letter) for side, letter in (("here", "h"), ("there", "t"))
    ] + [_difference(days, drawn)]


def _own(days: Days, drawn: list[Calendar], scale: Scale, side: str, letter: str) -> HeatMap:
    """The map of one policy; both have the same scale."""
    counts = {day: both[side == "there"] for day, both in days.items()}
    return HeatMap(
        title=side.capitalize(),
        shades={day: f"{letter}{scale.shade(count)}" for day, count in counts.items() if count},
        legend=(
            (NOTHING, "0"),
            *((f"{letter}{shade}", told) for shade, told in scale.ranges()),
        ),
        told={each: _own_in_words(side, each, counts) for each in drawn},
    )


def _difference(days: Days, drawn: list[Calendar]) -> HeatMap:
    """The map of the difference, in the colour of the policy that sends more on that day."""
    nets = {day: there - here for day, (here, there) in days.items()}
    scale = Scale.over((abs(net) for net in nets.values()), DIFFERENCES)
    ranges = [(_STRONG[shade], told) for shade, told in scale.ranges()]
    return HeatMap(
        title="Difference",
        shades={
            day: f"{'t' if net > 0 else 'h'}{_STRONG[scale.shade(abs(net))]}"
            for day, net in nets.items()
            if net
        },
        legend=(
            *((f"h{shade}", f"{told} more here") for shade, told in reversed(ranges)),
            (NOTHING, "as many"),
            *((f"t{shade}", f"{told} more there") for shade, told in ranges),
        ),
        told={each: _difference_in_words(each, nets) for each in drawn},
    )


def _own_in_words(side: str, calendar: Calendar, counts: Mapping[date, int]) -> str:
    found = [(counts[day.date], day.date) for day in calendar.days]
    total, busy = sum(count for count, _ in found), sum(count > 0 for count, _ in found)
    told = f"Messages per day {side}, {calendar.name}: {total:,} on {busy} of {len(found)} days"
    most, when = max(found, key=lambda each: each[0])
    return f"{told}, at most {most:,} on {when}" if most else told


def _difference_in_words(calendar: Calendar, nets: Mapping[date, int]) -> str:
    found = [nets[day.date] for day in calendar.days]
    more, fewer = sum(net > 0 for net in found), sum(net < 0 for net in found)
    return (
        f"Difference in messages per day, {calendar.name}: more there on {more} of {len(found)}"
        f" days, more here on {fewer}"
    )


def _day_in_words(day: date, here: int, there: int) -> str:
    told = f"{WEEKDAYS[day.weekday()]} {day}: {here:,} here, {there:,} there"
    return f"{told} ({signed(there - here)})" if there != here else told
