"""A channel that keeps failing rests, is probed, and goes on; told by a slow twin as a story."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from touchpoints.core.breaker import FIRST_REST, LONGEST_REST, PATIENCE, PROBE, Breaker, Passing
from touchpoints.core.message import Outcome, Receipt

NOW = 1_780_000_000
TAKEN = Receipt(Outcome.ACCEPTED)
NEVER = Receipt(Outcome.PERMANENT, "550")
LATER = Receipt(Outcome.TEMPORARY, "450")
DOWN = Receipt(Outcome.TEMPORARY, "cannot reach", unreachable=True)
DOUBT = Receipt(Outcome.IN_DOUBT, "no answer")


def rested(times: int) -> tuple[Breaker, int]:
    """A breaker whose probes have failed so often, and the instant of the last failure."""
    breaker, now = Breaker(), NOW
    for _ in range(PATIENCE):
        breaker = breaker.after(DOWN, now)
    for _ in range(times - 1):
        now = breaker.opens_at(now)
        breaker = breaker.probing(now).after(DOWN, now)
    return breaker, now


FAULT = Receipt(Outcome.TEMPORARY, "503", at_fault=True)


@pytest.mark.parametrize("failure", [DOWN, DOUBT, FAULT])
def test_it_opens_after_so_many_failures_in_a_row(failure: Receipt) -> None:
    breaker = Breaker()
    for _ in range(PATIENCE):
        assert breaker.passing(NOW) == Passing.ALL
        breaker = breaker.after(failure, NOW)
    assert breaker.passing(NOW) == Passing.NONE
    assert breaker.opens_at(NOW) == NOW + FIRST_REST


@pytest.mark.parametrize("answer", [TAKEN, NEVER, LATER])
def test_any_answer_that_blames_the_message_shows_that_the_provider_is_there(
    answer: Receipt,
) -> None:
    breaker = Breaker()
    for _ in range(PATIENCE - 1):
        breaker = breaker.after(DOWN, NOW)
    assert breaker.after(answer, NOW) == Breaker()


def test_after_the_rest_one_message_passes_and_no_other_until_it_is_answered() -> None:
    breaker, _ = rested(1)
    then = NOW + FIRST_REST
    assert breaker.passing(then - 1) == Passing.NONE
    assert breaker.passing(then) == Passing.ONE
    probed = breaker.probing(then)
    assert probed.passing(then + 1) == Passing.NONE
    assert probed.after(TAKEN, then + 2) == Breaker()
    assert probed.given_up().passing(then + 2) == Passing.ONE
    assert probed.passing(then + PROBE) == Passing.ONE  # its worker is gone


def test_rests_grow_to_a_limit() -> None:
    rests = []
    for times in range(1, 12):
        breaker, now = rested(times)
        rests.append(breaker.rest_until - now)
    assert rests == [30, 60, 120, 240, 480, 960, 1800, 1800, 1800, 1800, 1800]


def test_an_answer_to_what_left_before_the_rest_makes_it_no_longer() -> None:
    breaker, now = rested(1)
    assert breaker.after(DOWN, now + 1).rest_until == breaker.rest_until
    assert breaker.after(TAKEN, now + 1) == Breaker()


def test_who_asks_to_be_left_alone_is_left_alone_but_not_for_a_day() -> None:
    breaker = Breaker().after(Receipt(Outcome.TEMPORARY, "429", retry_after=120), NOW)
    assert (breaker.passing(NOW + 119), breaker.passing(NOW + 120)) == (Passing.NONE, Passing.ONE)
    long = Breaker().after(Receipt(Outcome.TEMPORARY, "429", retry_after=86400), NOW)
    assert long.opens_at(NOW) == NOW + LONGEST_REST


def test_a_clock_that_was_a_day_ahead_does_not_keep_it_at_rest() -> None:
    breaker, _ = rested(1)
    assert breaker.passing(NOW - 86400) == Passing.ONE


ANSWERS = st.sampled_from([TAKEN, NEVER, LATER, DOWN, DOUBT])


@given(st.lists(st.tuples(st.integers(0, 4000), ANSWERS), max_size=40))
def test_it_does_what_the_story_of_its_answers_says(story: list[tuple[int, Receipt]]) -> None:
    """The twin: it looks back over all that was answered instead of keeping four numbers."""
    breaker, now, past = Breaker(), NOW, list[tuple[int, bool]]()
    for later, answer in story:
        now += later
        if breaker.passing(now) == Passing.NONE:
            continue  # nobody sends, so nobody is answered
        assert breaker.passing(now) == told(past, now)
        breaker = breaker.after(answer, now)
        past.append((now, answer in (DOWN, DOUBT)))
    assert breaker.passing(now) == told(past, now)


def told(past: list[tuple[int, bool]], now: int) -> Passing:
    """How many may pass, from when and whether each answer was a failure."""
    row: list[int] = []
    for at, failed in past:
        row = [*row, at] if failed else []
    rests = len(row) - PATIENCE + 1
    if rests < 1:
        return Passing.ALL
    until = row[-1] + min(FIRST_REST * 2 ** (rests - 1), LONGEST_REST)
    return Passing.NONE if now < until else Passing.ONE
