"""How fast messages may leave, held against a clerk who remembers every slot."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from touchpoints.core.pace import MICROSECONDS, SKEW, Rate, after, first_slot, opens_at, room

EIGHT = 1_780_000_000
RATES = st.builds(Rate, st.integers(1, 5000), st.sampled_from([1, 60, 3600, 86400]))


@dataclass
class Clerk:
    """Gives slots one by one: the twin that remembers each of them."""

    rate: Rate
    slots: list[int] = field(default_factory=list)

    def give(self, now: int, wanted: int) -> int:
        """How many of the wanted slots the second has."""
        given = 0
        while given < wanted:
            slot = now * MICROSECONDS
            if self.slots:
                # The interval is a fraction; a slot is never early by a part of a microsecond.
                gap = -(-self.rate.seconds * MICROSECONDS // self.rate.most)
                slot = max(slot, self.slots[-1] + gap)
            if slot >= (now + 1) * MICROSECONDS:
                break
            self.slots.append(slot)
            given += 1
        return given


def asked(rate: Rate, rounds: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """(second, given) for each (seconds later, wanted)."""
    reserved, now, found = None, EIGHT, []
    for later, wanted in rounds:
        now += later
        given = min(wanted, room(rate, reserved, now))
        if given:
            reserved = after(rate, reserved, now, given)
        found.append((now, given))
    return found


@given(RATES, st.lists(st.tuples(st.integers(0, 90), st.integers(0, 40)), max_size=60))
def test_the_one_number_gives_what_the_clerk_gives(
    rate: Rate, rounds: list[tuple[int, int]]
) -> None:
    clerk, now, expected = Clerk(rate), EIGHT, []
    for later, wanted in rounds:
        now += later
        expected.append((now, clerk.give(now, wanted)))
    assert asked(rate, rounds) == expected


@given(RATES, st.lists(st.tuples(st.integers(0, 90), st.integers(0, 6000)), max_size=60))
def test_no_run_of_seconds_has_more_than_the_rate_wherever_it_starts(
    rate: Rate, rounds: list[tuple[int, int]]
) -> None:
    found = asked(rate, rounds)
    for start, _ in found:
        within = sum(given for at, given in found if start <= at < start + rate.seconds)
        assert within <= rate.most


@given(RATES, st.integers(0, 10**12), st.integers(0, 5))
def test_there_is_room_when_it_is_said_to_open_and_none_before(
    rate: Rate, reserved: int, ahead: int
) -> None:
    reserved = EIGHT * MICROSECONDS + ahead * rate.interval + reserved % rate.interval
    opens = opens_at(rate, reserved, EIGHT)
    assert room(rate, reserved, opens) > 0
    assert opens == EIGHT or room(rate, reserved, opens - 1) == 0


@pytest.mark.parametrize(
    ("rate", "each_minute"),
    [("600 per minute", 600), ("10 per second", 600), ("36000 per hour", 600), ("7 per minute", 7)],
)
def test_who_asks_every_second_gets_all_of_the_rate(rate: str, each_minute: int) -> None:
    found = asked(Rate.parse(rate), [(1, 10**6)] * 600)
    minutes = [
        sum(given for at, given in found if (at - EIGHT - 1) // 60 == minute)
        for minute in range(10)
    ]
    assert minutes == [each_minute] * 10


def test_room_that_was_not_used_is_gone() -> None:
    rate = Rate.parse("60 per minute")
    assert asked(rate, [(0, 5), (3600, 5), (1, 5)]) == [
        (EIGHT, 1),
        (EIGHT + 3600, 1),
        (EIGHT + 3601, 1),
    ]


def test_a_clock_that_was_a_day_ahead_holds_nobody_up() -> None:
    rate = Rate.parse("600 per minute")
    tomorrow = after(rate, None, EIGHT + 86400, 10)
    assert room(rate, tomorrow, EIGHT) == 10
    # A colleague's clock that is a little ahead does count.
    soon = after(rate, None, EIGHT + SKEW, 10)
    assert room(rate, soon, EIGHT) == 0
    assert first_slot(rate, soon, EIGHT) == (EIGHT + SKEW + 1) * MICROSECONDS


@pytest.mark.parametrize("text", ["600 per minute", "1 per second", "5 per hour", "9 per day"])
def test_a_rate_reads_as_it_is_written(text: str) -> None:
    assert str(Rate.parse(f" {text} ")) == text


@pytest.mark.parametrize(
    "text", ["", "600", "0 per minute", "600 per week", "-1 per day", "2000000 per second"]
)
def test_what_is_no_rate_is_told_with_examples(text: str) -> None:
    with pytest.raises(ValueError, match="expected a rate such as 10 per second, 600 per minute"):
        Rate.parse(text)
