"""The calendar as a heat map: messages a day, by touchpoint and channel, or by reason."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date

from touchpoints.core.calendar import Ints, date_of
from touchpoints.engine.forecast import Choice, Forecast
from touchpoints.studio.asking import address

ROWS = 120
"""Rows of one map; a policy with more is looked at through the filters."""

LEVELS = 6
"""Shades between the palest and the strongest."""


@dataclass(frozen=True, slots=True)
class Cell:
    """How many on one day, how strong its shade is (0: nothing), and the list behind it."""

    count: int
    level: int
    place: str


@dataclass(frozen=True, slots=True)
class Band:
    """One row of the map; `names` are touchpoint and channel, or a reason code."""

    names: tuple[str, ...]
    cells: tuple[Cell, ...]
    total: Cell


@dataclass(frozen=True, slots=True)
class Heatmap:
    """The map, with its days, the sums below it, and how many rows did not fit."""

    days: tuple[date, ...]
    bands: tuple[Band, ...]
    sums: tuple[Cell, ...]
    total: Cell
    hidden: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where the lists are: the instant and the days of the forecast, and what was chosen."""

    as_of: str
    days: int
    choice: Choice

    def list(self, **narrower: str | int | None) -> str:
        """The address of the list of what is chosen, narrowed down further."""
        choice = replace(self.choice, **narrower)  # type: ignore[arg-type]
        return address("/calendar/list", **self.values(choice))

    def values(self, choice: Choice | None = None) -> dict[str, object]:
        """What an address must say for the same forecast and choice."""
        chosen = choice or self.choice
        return {
            "as_of": self.as_of,
            "days": self.days,
            "day": None if chosen.day is None else date_of(chosen.day).isoformat(),
            "touchpoint": chosen.touchpoint,
            "channel": chosen.channel,
            "verdict": chosen.verdict,
            "reason": chosen.reason,
        }


def going_out(forecast: Forecast, place: Place) -> Heatmap:
    """What goes out, by touchpoint and channel."""
    rows = _of_verdict(forecast, place, "send")

    def narrow(key: tuple[int, ...]) -> dict[str, str | int | None]:
        names = forecast.touchpoints[key[0]], forecast.channels[key[1]]
        return {"verdict": "send", "touchpoint": names[0], "channel": names[1]}

    def named(key: tuple[int, ...]) -> tuple[str, ...]:
        return forecast.touchpoints[key[0]], forecast.channels[key[1]]

    counts = forecast.counts(rows, "touchpoint", "channel", "day")
    return _map(forecast, place, counts, (narrow, named, {"verdict": "send"}))


def staying_in(forecast: Forecast, place: Place) -> Heatmap:
    """What does not go out, by reason, on the first day on which it might have."""
    rows = _of_verdict(forecast, place, "withhold")

    def narrow(key: tuple[int, ...]) -> dict[str, str | int | None]:
        return {"verdict": "withhold", "reason": forecast.reasons[key[0]]}

    def named(key: tuple[int, ...]) -> tuple[str, ...]:
        return (forecast.reasons[key[0]],)

    counts = forecast.counts(rows, "reason", "day")
    return _map(forecast, place, counts, (narrow, named, {"verdict": "withhold"}))


def _of_verdict(forecast: Forecast, place: Place, verdict: str) -> Ints:
    if place.choice.verdict not in {None, verdict}:
        return forecast.number[:0]
    return forecast.chosen(replace(place.choice, verdict=verdict))


Ways = tuple[
    Callable[[tuple[int, ...]], dict[str, str | int | None]],
    Callable[[tuple[int, ...]], tuple[str, ...]],
    dict[str, str | int | None],
]


def _map(
    forecast: Forecast, place: Place, counts: dict[tuple[int, ...], int], ways: Ways
) -> Heatmap:
    narrow, named, whole = ways
    most, seen = max(counts.values(), default=0), {key[-1] for key in counts}
    days = [day for day in forecast.days if day in forecast.horizon or day in seen]
    keys = sorted({key[:-1] for key in counts})
    bands = []
    for key in keys[:ROWS]:
        chosen = narrow(key)
        found = [counts.get((*key, day), 0) for day in days]
        cells = tuple(
            Cell(count, level(count, most), place.list(**chosen, day=day))
            for day, count in zip(days, found, strict=True)
        )
        bands.append(Band(named(key), cells, Cell(sum(found), 0, place.list(**chosen))))
    sums = [sum(counts.get((*key, day), 0) for key in keys) for day in days]
    return Heatmap(
        days=tuple(date_of(day) for day in days),
        bands=tuple(bands),
        sums=tuple(_sums(sums, days, place, whole)),
        total=Cell(sum(sums), 0, place.list(**whole)),
        hidden=max(0, len(keys) - ROWS),
    )


def _sums(
    sums: Iterable[int], days: Iterable[int], place: Place, whole: dict[str, str | int | None]
) -> Iterable[Cell]:
    for count, day in zip(sums, days, strict=True):
        yield Cell(count, 0, place.list(**whole, day=day))


def level(count: int, most: int) -> int:
    """The shade of a count: 0 for none, then by its size on a scale that doubles the steps.

    One of 10,000 is pale and not invisible, and 5,000 of them are nearly as strong as all.
    """
    if not count:
        return 0
    return max(1, LEVELS - max(0, (most // count).bit_length() - 1))
