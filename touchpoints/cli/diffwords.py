"""What `diff` says in words and figures, the same in the terminal and on the page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from touchpoints.core.calendar import zone_clock
from touchpoints.engine.comparing import Change, Comparison, Kind
from touchpoints.engine.fates import Fate
from touchpoints.engine.simulating import Span
from touchpoints.engine.spread import Spread

KINDS = {
    Kind.GAINED: "go out only there",
    Kind.LOST: "go out only here",
    Kind.MOVED: "go out in both, at another time or by another channel",
    Kind.SAME: "go out in both, at the same time by the same channel",
}

NO_CANDIDATE = "no candidate in this span"
"""What stands for a reason where a policy has no such candidate at all."""

SPREAD_LINES = ("mean", "median", "90th percentile", "99th percentile", "most", "with none")


@dataclass(frozen=True)
class DiffWords:
    """A comparison with what is needed to tell it: its span, and where both policies stand."""

    comparison: Comparison
    span: Span
    zone: str
    places: tuple[str, str]

    @property
    def ends(self) -> tuple[str, str]:
        """Both ends of the span on the clock of the workspace."""
        first, last = (zone_clock(self.zone).minute(at) for at in self.span.seconds)
        return first, last

    def policies(self) -> Iterator[tuple[str, str, str]]:
        """(side, name of the policy, folder), so that nobody mistakes one for the other."""
        names = (self.comparison.here.name, self.comparison.there.name)
        yield from zip(("here", "there"), names, self.places, strict=True)

    def kinds(self) -> Iterator[tuple[str, int, str]]:
        """(kind, how many messages, what that means)."""
        counts = {**self.comparison.counts, Kind.SAME: self.comparison.same}
        for kind, meaning in KINDS.items():
            yield str(kind), counts.get(kind, 0), meaning

    def summary(self) -> Iterator[str]:
        """The result in a few sentences."""
        here, there = self.comparison.here, self.comparison.there
        yield (
            f"{here.messages:,} {_noun(here.messages, 'message')} here, {there.messages:,} there:"
            f" {_more(there.messages - here.messages, here.messages)}."
        )
        balance, total = self.comparison.balance, here.customers
        yield (
            f"Of {total:,} {_noun(total, 'customer')}: {balance.more:,} with more messages there,"
            f" {balance.fewer:,} with fewer, {balance.other:,} with as many, but others or moved."
        )
        costs = f"{money(here.cost)} here, {money(there.cost)} there"
        yield f"Cost: {costs} ({signed_money(there.cost - here.cost)})."
        later = [
            self.comparison.reasons(kind).get("planned", 0) for kind in (Kind.GAINED, Kind.LOST)
        ]
        for count, kind, side in zip(later, ("gained", "lost"), ("here", "there"), strict=True):
            if count:
                yield f"Planned {side} for after the end: {count:,} of the {kind}."
        if self.comparison.withheld_otherwise:
            count = self.comparison.withheld_otherwise
            yield f"Withheld in both, but for different reasons: {count:,}."

    def spreads(self) -> Iterator[tuple[str, str, str]]:
        """(figure, here, there) of the messages per customer."""
        both = (self.comparison.here.spread, self.comparison.there.spread)
        yield from zip(SPREAD_LINES, *(spread_figures(each) for each in both), strict=True)

    def moves(self) -> Iterator[tuple[str, int]]:
        """(how it moved, how many), the most frequent first."""
        for (here, there), count in self.comparison.moves.items():
            same = f"{here}, at another time"
            yield same if here == there else f"from {here} to {there}", count

    def reasons(self) -> Iterator[tuple[str, str, int]]:
        """(kind, why it does not go out on the other side, how many), the most frequent first."""
        for kind in (Kind.LOST, Kind.GAINED):
            for reason, count in self.comparison.reasons(kind).items():
                yield str(kind), reason or NO_CANDIDATE, count


def place(folder: Path) -> str:
    """A folder as it was typed; for `.` its name."""
    return str(folder) if folder.name else folder.resolve().name


def fate_in_words(fate: Fate | None) -> str:
    """When and how a message goes out, or why not."""
    if fate is None:
        return NO_CANDIDATE
    if fate.channel is None or fate.send_at is None:
        return fate.reason or NO_CANDIDATE
    return f"{zone_clock(fate.zone).local(fate.send_at):%Y-%m-%d %H:%M} {fate.channel}"


def change_in_words(change: Change) -> tuple[str, str, str, str, str, str]:
    """The change, whose and which message it is, and what becomes of it here and there."""
    message = change.either
    named = (str(change.kind), message.customer, message.touchpoint, message.occurrence)
    return *named, fate_in_words(change.here), fate_in_words(change.there)


def spread_figures(spread: Spread) -> tuple[str, ...]:
    """The figures of `SPREAD_LINES`."""
    percentiles = (f"{spread.percentile(percent):,}" for percent in (50, 90, 99))
    return f"{spread.mean:,.2f}", *percentiles, f"{spread.most:,}", f"{spread.without:,}"


def signed(number: int) -> str:
    """A difference, with its sign."""
    return f"{number:+,}" if number else "0"


def money(amount: float) -> str:
    """A cost to two places, or as many as four where it needs them."""
    whole, _, places = f"{amount:,.4f}".partition(".")
    return f"{whole}.{places.rstrip('0'):<02}"


def signed_money(amount: float) -> str:
    """A difference of costs, with its sign."""
    told = money(abs(amount))
    if told == money(0):
        return told
    return f"+{told}" if amount > 0 else f"-{told}"


def _noun(count: int, word: str) -> str:
    return word if count == 1 else f"{word}s"


def _more(difference: int, before: int) -> str:
    if not difference:
        return "as many"
    share = f" ({difference / before:+.1%})" if before else ""
    return f"{abs(difference):,} {'more' if difference > 0 else 'fewer'} there{share}"
