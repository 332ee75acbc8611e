"""The frozen structs of columns that a plan is made from: customers, candidates, routes, history.

A *row number* points into the struct that is named; every column of a struct has the same length.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from touchpoints.core.calendar import Ints
from touchpoints.core.hours import Interval
from touchpoints.core.policy import Cap

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Words = npt.NDArray[np.object_]

NONE, GRANTED, DENIED = 0, 1, 2
"""What is known of a consent, as values of `Customers.consent`."""


def distinct(values: Ints) -> Ints:
    """The distinct values, ascending; plain np.unique would import numpy.ma first, 50 ms."""
    ordered = np.sort(values)
    first = np.append(True, ordered[1:] != ordered[:-1])[: len(ordered)]
    return np.asarray(ordered[first], dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Wishes:
    """A customer's own wishes: daily quiet minutes, an own cap, and paused days, both included.

    `snooze_until` is the instant before which nothing may come, in seconds.
    """

    quiet: tuple[Interval, ...] = ()
    own_cap: Cap | None = None
    pause_from: int | None = None
    pause_until: int | None = None
    snooze_until: int | None = None

    @property
    def pauses(self) -> bool:
        """Whether there is a pause or a snooze at all."""
        ends = (self.pause_from, self.pause_until, self.snooze_until)
        return any(end is not None for end in ends)


NO_WISHES = Wishes()


@dataclass(frozen=True, slots=True)
class Customers:
    """n customers, ordered by id.

    `zone`, `order` and `wish` are places in `zones`, `orders` and `wishes`; `reachable[n, channel]`
    says where there is an address, `consent[n, category, channel]` what was last said about it.
    Where that changes in time to come, `agreed` has the instants at which (row, category, channel)
    may be used. Equal numbers in `address[n, channel]` are the same address (-1: not known).
    """

    id: Words
    active: Bools
    status: Words
    zone: Ints
    order: Ints
    wish: Ints
    reachable: Bools
    consent: npt.NDArray[np.int8]
    zones: tuple[str, ...]
    orders: tuple[tuple[str, ...], ...]
    wishes: tuple[Wishes, ...]
    agreed: Mapping[tuple[int, int, int], tuple[Interval, ...]] = field(default_factory=dict)
    address: Ints | None = None

    def __len__(self) -> int:
        return len(self.id)

    def zone_of(self, row: int) -> str:
        """The zone of a customer."""
        return self.zones[int(self.zone[row])]

    def address_of(self, row: int, channel: int) -> int:
        """The number of a customer's address on a channel, -1 where addresses do not matter."""
        return -1 if self.address is None or channel < 0 else int(self.address[row, channel])


@dataclass(frozen=True, slots=True)
class Candidates:
    """m messages that might go out, ordered by customer, touchpoint name and occurrence.

    `customer` is a row number, `touchpoint` a place in the rulebook. `day` is the occurrence's day,
    `base` the day that it is about, `next_day` the day from which a later offset stands in for it,
    `offset` the place of its offset. Nothing goes out before `earliest`, an instant (0: no limit).
    `failed` has a bit for each channel on which the message was refused for good before.
    `planned` is the channel on which a message waits in the outbox (-1: none does), `planned_at`
    its instant; it is `pinned` where it is about to go out and no longer moves. `tried_at` is the
    instant of an attempt that may have got through (0: none); that counts for all others.
    """

    customer: Ints
    touchpoint: Ints
    occurrence: Words
    day: Ints
    base: Ints
    next_day: Ints
    earliest: Ints
    offset: Ints
    audience: Bools
    failed: Ints
    planned: Ints
    planned_at: Ints
    pinned: Bools
    tried_at: Ints

    def __len__(self) -> int:
        return len(self.customer)


@dataclass(frozen=True, slots=True)
class Committed:
    """What already counts, ours and other senders': when, and under which limits of the rulebook.

    Ordered by customer and instant. `limits` has one bit for each limit; `label` names the message.
    `channel` is a place in the rulebook, -1 where it is not known.
    """

    customer: Ints
    at: Ints
    limits: Ints
    label: Words
    channel: Ints


@dataclass(frozen=True, slots=True)
class Routes:
    """r ways: a candidate on one of its channels, `place` counted in the customer's own order.

    `customer` and `touchpoint` are those of the candidate; `slots` is a place in the timetable.
    """

    candidate: Ints
    customer: Ints
    touchpoint: Ints
    channel: Ints
    place: Ints
    slots: Ints

    def __len__(self) -> int:
        return len(self.candidate)
