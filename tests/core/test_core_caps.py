"""The room that caps and the gap leave, held against walking every window one by one."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.oracle import too_many
from touchpoints.core.caps import ALONE, Entry, Ledger
from touchpoints.core.hours import union
from touchpoints.core.rulebook import Limit
from touchpoints.core.timetable import Slot

HOUR = 3600
DAY = 86400


@dataclass(frozen=True)
class Books:
    """Limits and the messages that they count, with UTC for the local clock."""

    limits: tuple[Limit, ...]
    entries: tuple[Entry, ...]

    def ledger(self) -> Ledger:
        """Everything counted, in the order in which it came up."""
        return Ledger({0: self.limits}, self.entries)

    def breaks(self, number: int, at: int) -> bool:
        """Whether one more message at an instant breaks one limit, window by window."""
        limit = self.limits[number]
        falling = [each for each in self.entries if each.limits >> number & 1]
        if limit.by_day:
            return too_many(limit.max, limit.span, [each.day for each in falling], at // DAY)
        return too_many(limit.max, limit.span, [each.at for each in falling], at)

    def first_broken(self, bits: int, at: int) -> int | None:
        """The first limit that one more message breaks."""
        numbers = range(len(self.limits))
        return next((no for no in numbers if bits >> no & 1 and self.breaks(no, at)), None)


by_day = st.builds(
    lambda most, span: Limit("cap:d", most, span, True, f"{span}d"),
    st.integers(1, 4),
    st.integers(1, 9),
)
by_hour = st.builds(
    lambda most, span: Limit("cap:h", most, span * HOUR, False, f"{span}h"),
    st.integers(1, 4),
    st.integers(1, 60),
)
limits = st.lists(by_day | by_hour, min_size=1, max_size=3).map(tuple)
instants = st.integers(0, 12 * DAY)


@st.composite
def books(draw: st.DrawFn) -> Books:
    rules = draw(limits)
    bits = st.integers(0, (1 << len(rules)) - 1)
    some = draw(st.lists(st.tuples(instants, bits), max_size=9))
    return Books(
        rules, tuple(Entry(at, at // DAY, bit, f"m{i}") for i, (at, bit) in enumerate(some))
    )


slots = st.builds(
    lambda day, parts: Slot(
        day,
        0,
        day * DAY,
        union((day * DAY + min(a, b) * 600, day * DAY + max(a, b) * 600) for a, b in parts),
    ),
    st.integers(0, 12),
    st.lists(st.tuples(st.integers(0, 144), st.integers(0, 144)), min_size=1, max_size=2).filter(
        lambda parts: any(a != b for a, b in parts)
    ),
)


@given(books(), slots, st.integers(0, 7))
def test_the_room_of_a_slot_is_every_minute_that_breaks_no_window(
    book: Books, slot: Slot, bits: int
) -> None:
    room = book.ledger().room(slot, bits, ALONE)
    minutes = [at for start, end in slot.spans for at in range(start, end, 60)]
    free = [at for at in minutes if book.first_broken(bits, at) is None]
    assert [at for start, end in room.spans for at in range(start, end, 60)] == free


@given(books(), slots, st.integers(0, 7))
def test_the_limit_that_refuses_is_the_one_that_took_the_last_minute(
    book: Books, slot: Slot, bits: int
) -> None:
    room = book.ledger().room(slot, bits, ALONE)
    left = [at for start, end in slot.spans for at in range(start, end, 60)]
    refused_by = len(book.limits)
    for number in range(len(book.limits)):
        met = left
        if bits >> number & 1:
            left = [at for at in left if not book.breaks(number, at)]
        if not left:
            refused_by = number
            assert [at for start, end in room.met for at in range(start, end, 60)] == met
            break
    assert room.refused_by == refused_by


@given(books(), st.integers(0, 14), st.integers(0, 7))
def test_the_next_free_day_is_the_first_that_no_cap_by_date_refuses(
    book: Books, day: int, bits: int
) -> None:
    dated = sum(1 << no for no, limit in enumerate(book.limits) if limit.by_day)
    free = book.ledger().next_free_day(day, bits, ALONE)
    assert free >= day
    broken = [book.first_broken(bits & dated, each * DAY) for each in range(day, free)]
    assert None not in broken
    assert book.first_broken(bits & dated, free * DAY) is None


@given(books(), instants)
def test_the_counted_messages_of_a_refusal_fill_one_window_with_it(book: Books, at: int) -> None:
    ledger = book.ledger()
    for number, limit in enumerate(book.limits):
        counted = ledger.counted(number, ALONE, at // DAY, at)
        if not book.breaks(number, at):
            assert counted == []
            continue
        places = [each.day if limit.by_day else each.at for each in counted]
        here = at // DAY if limit.by_day else at
        assert len(counted) == limit.max
        assert all(each.limits >> number & 1 for each in counted)
        assert max(*places, here) - min(*places, here) < limit.span


@given(books())
def test_a_ledger_gives_back_all_the_room_of_what_is_removed(book: Books) -> None:
    ledger = book.ledger()
    half = book.entries[::2]
    for entry in half:
        ledger.remove(entry)
    rest = Books(book.limits, book.entries[1::2]).ledger()
    bits = (1 << len(book.limits)) - 1
    for day in range(13):
        slot = Slot(day, 0, day * DAY, ((day * DAY, (day + 1) * DAY),))
        assert ledger.room(slot, bits, ALONE) == rest.room(slot, bits, ALONE)


@pytest.mark.parametrize(
    ("apart", "allowed"), [(4 * HOUR - 60, False), (4 * HOUR, True), (-4 * HOUR, True), (0, False)]
)
def test_two_messages_exactly_a_gap_apart_are_fine(apart: int, allowed: bool) -> None:
    ledger = Ledger({0: [Limit("gap", 1, 4 * HOUR, False, "4h")]}, [Entry(5 * DAY, 5, 1, "m")])
    at = 5 * DAY + apart
    slot = Slot(at // DAY, 0, at, ((at, at + 60),))
    assert bool(ledger.room(slot, 1, ALONE).spans) == allowed


def test_a_message_at_an_odd_second_frees_the_first_whole_minute_after_the_gap() -> None:
    ledger = Ledger({0: [Limit("gap", 1, HOUR, False, "1h")]}, [Entry(5 * DAY + 17, 5, 1, "m")])
    slot = Slot(5, 0, 5 * DAY, ((5 * DAY, 6 * DAY),))
    assert ledger.room(slot, 1, ALONE).spans == ((5 * DAY + HOUR + 60, 6 * DAY),)


@pytest.mark.parametrize(
    ("sent", "most", "span", "day", "allowed"),
    [
        ((0, 4), 2, 3, 2, True),
        ((0, 8), 2, 7, 4, True),
        ((0, 6), 2, 7, 3, False),
        ((0, 1), 2, 3, 2, False),
        ((0, 1), 2, 3, 3, True),
        ((5,), 1, 1, 5, False),
        ((5,), 1, 1, 6, True),
        ((0, 1, 2), 3, 7, 6, False),
        ((0, 1, 2), 3, 7, 7, True),
    ],
)
def test_a_cap_counts_only_what_fits_into_one_window(
    sent: tuple[int, ...], most: int, span: int, day: int, allowed: bool
) -> None:
    entries = [Entry(each * DAY, each, 1, "m") for each in sent]
    ledger = Ledger({0: [Limit("cap:c", most, span, True, f"{span}d")]}, entries)
    slot = Slot(day, 0, day * DAY, ((day * DAY, (day + 1) * DAY),))
    assert bool(ledger.room(slot, 1, ALONE).spans) == allowed
