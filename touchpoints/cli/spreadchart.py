"""The spread of messages per customer as pairs of bars, one pair for each number of messages."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from touchpoints.engine.spread import Spread

MOST_BARS = 20
"""More pairs would not be looked at one by one."""


@dataclass(frozen=True, slots=True)
class Bars:
    """How many customers get so many messages, under both policies."""

    label: str
    here: int
    there: int


def bars(here: Spread, there: Spread) -> list[Bars]:
    """The bars from none to the most: first those who get nothing, then steps of equal size.

    Few who get very many are one bar at the end, so that the others can be told apart.
    """
    most, usual = max(here.most, there.most), max(_usual(here), _usual(there))
    last = most if most <= 2 * usual else usual
    step = _step(ceil(last / MOST_BARS))
    found = [Bars("0", here.without, there.without)]
    for least in range(1, last + 1, step):
        label = f"{least:,}" if step == 1 else f"{least:,}–{least + step - 1:,}"
        found.append(_bars(label, (here, there), range(least, least + step)))
    beyond = (len(found) - 1) * step + 1
    if most >= beyond:
        found.append(_bars(f"{beyond:,}+", (here, there), range(beyond, most + 1)))
    return found


def _bars(label: str, spreads: tuple[Spread, Spread], numbers: range) -> Bars:
    here, there = (
        sum(count for number, count in spread.customers.items() if number in numbers)
        for spread in spreads
    )
    return Bars(label, here, there)


def _usual(spread: Spread) -> int:
    """What 99 of a hundred of those who get something do not exceed."""
    receivers = {number: count for number, count in spread.customers.items() if number}
    return Spread(receivers).percentile(99)


def _step(least: int) -> int:
    """The next round number: 1, 2, 5, 10, 20, 50 …"""
    power = 1
    while True:
        for factor in (1, 2, 5):
            if factor * power >= least:
                return factor * power
        power *= 10
