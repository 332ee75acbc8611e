"""What a change of the policy comes to, as a page shows it: figures, days, and some messages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice

from touchpoints.core.calendar import zone_clock
from touchpoints.core.phrase import Language, When
from touchpoints.core.reasons import reason_in_words
from touchpoints.engine.comparing import Change, Comparison, Kind, Row
from touchpoints.engine.fates import Fate
from touchpoints.engine.whatif import DAYS, Outcome

ROWS, CHANGES = 80, 25
"""How many rows of the table and how many messages are shown."""

WIDTH, HEIGHT = 24, 90
"""Of one day and of the highest bar of the chart, in its own units."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One day of the chart: its counts now and then, and the bars that stand for them."""

    day: date
    here: int
    there: int
    x: int
    heights: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Example:
    """A message that changes: whose, which, and what becomes of it on both sides, in words."""

    kind: str
    customer: str
    touchpoint: str
    occurrence: str
    here: str | None
    there: str | None


@dataclass(frozen=True, slots=True)
class Difference:
    """All that the page says of an outcome."""

    comparison: Comparison
    total: Row
    rows: tuple[Row, ...]
    bars: tuple[Bar, ...]
    examples: tuple[Example, ...]
    hidden: int

    @classmethod
    def of(cls, outcome: Outcome, zone: str, language: Language) -> Difference:
        """An outcome as a reader is told it; the days begin on the clock of `zone`."""
        comparison = outcome.comparison
        changed = [each for each in comparison.rows if each.gained or each.lost or each.moved]
        first = zone_clock(zone).local(outcome.span.seconds[0]).date()
        days = [first + timedelta(days=number) for number in range(DAYS)]
        return cls(
            comparison=comparison,
            total=comparison.total,
            rows=tuple(changed[:ROWS]),
            bars=tuple(_bars(comparison, days)),
            examples=tuple(
                _example(each, language) for each in islice(comparison.changes, CHANGES)
            ),
            hidden=max(0, len(comparison.changes) - CHANGES),
        )

    @property
    def same(self) -> bool:
        """Whether nothing changes at all."""
        return not self.comparison.changes

    def reasons(self, kind: str, language: Language) -> list[tuple[str, int]]:
        """Why what is lost will not go out, or why what is gained does not now; most first."""
        found = self.comparison.reasons(Kind(kind)).items()
        return [(_why(code, language), count) for code, count in islice(found, 8)]


def _bars(comparison: Comparison, days: Iterable[date]) -> Iterable[Bar]:
    here, there = comparison.here.days, comparison.there.days
    most = max([*here.values(), *there.values()], default=0) or 1
    for number, day in enumerate(days):
        counts = here.get(day, 0), there.get(day, 0)
        heights = counts[0] * HEIGHT / most, counts[1] * HEIGHT / most
        yield Bar(day, *counts, number * WIDTH, heights)


def _example(change: Change, language: Language) -> Example:
    message = change.either
    return Example(
        kind=str(change.kind),
        customer=message.customer,
        touchpoint=message.touchpoint,
        occurrence=message.occurrence,
        here=_fate(change.here, language),
        there=_fate(change.there, language),
    )


def _fate(fate: Fate | None, language: Language) -> str | None:
    if fate is None:
        return None
    if fate.channel is None or fate.send_at is None:
        return _why(fate.reason or "", language)
    return f"{When(fate.send_at, fate.zone).told(language)} · {fate.channel}"


def _why(code: str, language: Language) -> str:
    """A reason in words; empty for what is planned for later, or no candidate at all."""
    return "" if code in {"", "planned"} else reason_in_words(code).told(language)
