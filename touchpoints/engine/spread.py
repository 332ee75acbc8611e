"""How messages are spread over customers: the mean hides those who get too many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil


@dataclass(frozen=True, slots=True)
class Spread:
    """How many customers get how many messages, by number of messages, from none to the most."""

    customers: Mapping[int, int]

    @classmethod
    def over(cls, receivers: Iterable[str], everybody: int) -> Spread:
        """The spread of messages, given the receiver of each, over so many customers in all."""
        counts = Counter(Counter(receivers).values())
        counts[0] = everybody - counts.total()
        return cls({number: counts[number] for number in sorted(counts) if counts[number]})

    @property
    def everybody(self) -> int:
        """All customers, also those who get nothing."""
        return sum(self.customers.values())

    @property
    def mean(self) -> float:
        """Messages per customer; 0 where there is nobody."""
        messages = sum(number * count for number, count in self.customers.items())
        return messages / self.everybody if messages else 0.0

    @property
    def most(self) -> int:
        """The number of messages that nobody exceeds."""
        return max(self.customers, default=0)

    @property
    def without(self) -> int:
        """The customers who get nothing."""
        return self.customers.get(0, 0)

    def percentile(self, percent: int) -> int:
        """The least number of messages that so many percent of customers do not exceed.

        The nearest-rank method: always a number that somebody gets; 50 is the median.
        """
        left = ceil(self.everybody * percent / 100)
        for number, count in self.customers.items():
            left -= count
            if left <= 0:
                return number
        return 0
