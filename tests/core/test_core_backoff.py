"""When a message is tried again: later each time, scattered, and always in its window."""

from __future__ import annotations

from statistics import mean

from hypothesis import given
from hypothesis import strategies as st

from touchpoints.core.backoff import FIRST, LAST_MINUTE, LONGEST, retry_at

NOW = 1_780_000_000
FAR = NOW + 10 * 86400

KEYS = st.text(min_size=1, max_size=20)
TRIES = st.integers(1, 40)
ASKED = st.integers(0, 90_000)


@given(KEYS, TRIES)
def test_half_of_the_pause_is_kept_and_the_other_half_scattered(key: str, tried: int) -> None:
    longest = FIRST
    for _ in range(tried - 1):
        longest = min(longest * 2, LONGEST)
    assert longest // 2 <= retry_at(key, tried, (NOW, FAR)) - NOW <= longest


@given(KEYS, TRIES, st.integers(0, 200_000), ASKED)
def test_it_is_never_beyond_the_window_nor_sooner_than_asked(
    key: str, tried: int, left: int, asked: int
) -> None:
    close_at = NOW + left
    again = retry_at(key, tried, (NOW, close_at), asked)
    if again == close_at:
        assert left - LAST_MINUTE < max(asked, LONGEST // 2)
    else:
        assert NOW + asked <= again <= close_at - LAST_MINUTE


@given(KEYS, TRIES, ASKED)
def test_the_same_message_is_tried_at_the_same_instant_by_every_process(
    key: str, tried: int, asked: int
) -> None:
    assert retry_at(key, tried, (NOW, FAR), asked) == retry_at(key, tried, (NOW, FAR), asked)


def test_many_that_failed_together_do_not_come_back_together() -> None:
    pauses = [retry_at(f"C{number}/a/1", 3, (NOW, FAR)) - NOW for number in range(12_000)]
    assert (min(pauses), max(pauses)) == (120, 240)
    assert 178 < mean(pauses) < 182
    assert max(pauses.count(second) for second in range(120, 241)) < 200


def test_many_that_fail_shortly_before_the_window_closes_are_scattered_over_what_is_left() -> None:
    window = (NOW, NOW + 1900 + LAST_MINUTE)
    again = {retry_at(f"C{number}/a/1", 8, window) - NOW for number in range(5000)}
    assert (min(again), max(again)) == (1800, 1900)


def test_what_is_asked_for_is_kept_to_the_second_and_may_outlast_the_window() -> None:
    assert retry_at("C1/a/1", 1, (NOW, FAR), 7200) == NOW + 7200
    assert retry_at("C1/a/1", 1, (NOW, NOW + 3600), 7200) == NOW + 3600
