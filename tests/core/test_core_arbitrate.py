"""Who gets the slots, case by case: scores, ties, deferring, dropping, what is about to go out."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from tests.builders import (
    CATEGORIES,
    SHANGHAI,
    Person,
    Sent,
    Wanted,
    World,
    cap,
    day,
    instant,
    local_text,
    policy,
    touchpoint,
    window,
)
from touchpoints.core.columns import Wishes
from touchpoints.core.plan import Decision
from touchpoints.core.policy import Category, Duration, Touchpoint

MONDAY = day("2026-06-01")
MIDNIGHT = instant("2026-06-01T00:00", SHANGHAI)
ONE_A_DAY = cap("one-a-day", 1, "1d")
FOUR_HOURS = Duration(4, "h")


def at(text: str) -> int:
    """An instant on 1 June 2026, or on the date that is given, in Shanghai."""
    return instant(text if "T" in text else f"2026-06-01T{text}", SHANGHAI)


def decide(
    *touchpoints: Touchpoint, keys: dict[str, object] | None = None, **world: object
) -> dict[str, Decision]:
    """What is decided on one candidate of each touchpoint, dated Monday, by touchpoint."""
    wanted = tuple(Wanted(each.name, MONDAY) for each in touchpoints)
    made = World(policy(*touchpoints, **keys or {}), wanted, MIDNIGHT)
    made = replace(made, **world)  # type: ignore[arg-type]
    return {each.touchpoint: each for each in made.decisions()}


def told(decision: Decision) -> tuple[str | None, str | None, str | None]:
    """Channel, local time and reason."""
    sent = None if decision.send_at is None else local_text(decision.send_at, decision.zone)
    return decision.channel, sent, decision.reason


@pytest.mark.parametrize(
    ("order", "closed", "expected"),
    [
        ((), (), ("sms", 90.0)),
        (("email",), (), ("email", 90.0)),
        (("wechat", "email"), (), ("email", 90.0)),
        ((), ("sms",), ("email", 72.0)),
        (("email", "sms"), ("email",), ("sms", 72.0)),
        (("push", "email", "sms"), ("email", "sms"), ("push", 90.0)),
        ((), ("sms", "email"), ("push", pytest.approx(57.6))),
    ],
)
def test_the_customers_order_decides_and_each_place_costs_a_fifth(
    order: tuple[str, ...], closed: tuple[str, ...], expected: tuple[str, float]
) -> None:
    design = touchpoint("t", channels=("sms", "email", "push"), priority=90)
    person = Person(order=order, unreachable=frozenset(closed))
    decision = decide(design, people=(person,))["t"]
    assert (decision.channel, decision.score) == expected


def test_each_day_of_waiting_costs_a_tenth() -> None:
    design = touchpoint("t", window=window("0d 09:00", "3d 20:00"), priority=50)
    sent = tuple(Sent(at(f"2026-06-0{n}T08:00")) for n in (1, 2))
    decision = decide(design, keys={"caps": (ONE_A_DAY,)}, sent=sent)["t"]
    assert told(decision) == ("email", "2026-06-03 09:00", None)
    assert decision.score == pytest.approx(40.5)


def test_a_capped_channel_falls_through_to_the_next_at_once_if_that_is_worth_more() -> None:
    design = touchpoint("t", channels=("sms", "email"), window=window("0d 09:00", "4d 20:00"))
    sms_cap = {"caps": (cap("sms", 1, "4d", channels=["sms"]),)}
    texted = (Sent(at("08:00"), channel="sms"),)
    decision = decide(design, keys=sms_cap, sent=texted)["t"]
    assert told(decision) == ("email", "2026-06-01 09:00", None)


def test_a_capped_channel_is_waited_for_if_that_is_worth_more() -> None:
    design = touchpoint("t", channels=("sms", "email"), window=window("0d 09:00", "4d 20:00"))
    sms_cap = {"caps": (cap("sms", 1, "1d", channels=["sms"]),)}
    texted = (Sent(at("08:00"), channel="sms"),)
    decision = decide(design, keys=sms_cap, sent=texted)["t"]
    assert told(decision) == ("sms", "2026-06-02 09:00", None)


def test_a_reminder_due_on_thursday_holds_its_place_against_tuesdays_promotion() -> None:
    reminder = touchpoint("reminder", priority=90, window=window("3d 09:00", "3d 20:00"))
    promotion = touchpoint("promotion", priority=60, window=window("1d 09:00", "1d 20:00"))
    decided = decide(reminder, promotion, keys={"caps": (cap("weekly", 1, "7d"),)})
    assert told(decided["reminder"]) == ("email", "2026-06-04 09:00", None)
    assert decided["promotion"].reason == "cap:weekly"


def test_two_lesser_messages_beat_one_greater_that_takes_both_places() -> None:
    middle = touchpoint("middle", priority=60, window=window("1d 09:00", "1d 20:00"))
    first = touchpoint("first", priority=50)
    last = touchpoint("last", priority=50, window=window("2d 09:00", "2d 20:00"))
    decided = decide(middle, first, last, keys={"caps": (cap("two-days", 1, "2d"),)})
    assert {name for name, each in decided.items() if each.send_at} == {"first", "last"}


def test_the_better_total_leaves_nobody_out_who_still_fits() -> None:
    """A message of no worth adds nothing to any total; it goes out all the same."""
    middle = touchpoint("middle", priority=60, window=window("1d 09:00", "1d 20:00"))
    first = touchpoint("first", priority=50)
    last = touchpoint("last", priority=50, window=window("2d 09:00", "2d 20:00"))
    nought = touchpoint("nought", priority=0)
    names = ["first", "middle", "last"]
    caps = (cap("two-days", 1, "2d", touchpoints=names),)
    decided = decide(middle, first, last, nought, keys={"caps": caps})
    assert {name for name, each in decided.items() if each.send_at} == {"first", "last", "nought"}


def test_messages_are_packed_in_time_when_a_gap_keeps_them_apart() -> None:
    """Best first puts the evening at 20:30, and then neither note nor tip finds four hours."""
    evening = touchpoint("evening", priority=100, window=window("0d 20:30", "0d 22:30"))
    note = touchpoint("note", priority=50, window=window("0d 18:00", "0d 22:30"))
    long = touchpoint("long", priority=80, window=window("0d 09:30", "1d 17:00"))
    tip = touchpoint("tip", priority=40, window=window("0d 18:30", "1d 11:30"))
    decided = decide(evening, note, long, tip, keys={"gap": FOUR_HOURS})
    assert {name: told(each)[1] for name, each in decided.items()} == {
        "evening": "2026-06-01 22:00",
        "note": "2026-06-01 18:00",
        "long": "2026-06-01 09:30",
        "tip": "2026-06-02 02:00",
    }


@pytest.mark.parametrize(
    ("first", "second", "winner"),
    [
        ({"name": "b", "window": window("0d 09:00", "0d 18:00")}, {"name": "a"}, "b"),
        ({"name": "b"}, {"name": "a"}, "a"),
        ({"name": "a", "priority": 50}, {"name": "b", "priority": 60}, "b"),
        (
            {"name": "b", "priority": 64, "window": window("0d 09:00", "0d 18:00")},
            {"name": "a", "priority": 100, "channels": ("x", "y", "email")},
            "b",
        ),
        (
            {"name": "b", "priority": 64},
            {"name": "a", "priority": 100, "channels": ("x", "y", "email")},
            "a",
        ),
    ],
)
def test_equal_scores_go_by_earlier_close_then_name(
    first: dict[str, object], second: dict[str, object], winner: str
) -> None:
    designs = [touchpoint(**each) for each in (first, second)]  # type: ignore[arg-type]
    person = Person(unreachable=frozenset({"x", "y"}))
    decided = decide(*designs, keys={"caps": (cap("one", 1, "30d"),)}, people=(person,))
    assert [name for name, each in decided.items() if each.send_at] == [winner]


def test_equal_touchpoints_go_by_occurrence() -> None:
    design = touchpoint("t")
    wanted = tuple(Wanted("t", MONDAY, label) for label in ("L-3", "L-1", "L-2"))
    world = World(policy(design, caps=(ONE_A_DAY,)), wanted, MIDNIGHT)
    assert [each.occurrence for each in world.decisions() if each.send_at] == ["L-1"]


def test_of_two_messages_of_one_day_the_second_waits_for_the_gap() -> None:
    decided = decide(
        touchpoint("a", priority=90), touchpoint("b", priority=80), keys={"gap": FOUR_HOURS}
    )
    assert told(decided["a"]) == ("email", "2026-06-01 09:00", None)
    assert told(decided["b"]) == ("email", "2026-06-01 13:00", None)


@pytest.mark.parametrize(
    ("on_cap", "expected"),
    [
        ("defer", ("email", "2026-06-02 09:00", None)),
        ("drop", (None, None, "cap:one-a-day")),
    ],
)
def test_on_cap_says_whether_a_message_waits_or_is_dropped(
    on_cap: str, expected: tuple[str | None, str | None, str | None]
) -> None:
    design = touchpoint("t", on_cap=on_cap, window=window("0d 09:00", "2d 20:00"))
    decision = decide(design, keys={"caps": (ONE_A_DAY,)}, sent=(Sent(at("07:00")),))["t"]
    assert told(decision) == expected


def test_what_is_dropped_at_the_gap_does_not_wait_for_the_next_minute() -> None:
    design = touchpoint("t", on_cap="drop")
    decision = decide(design, keys={"gap": FOUR_HOURS}, sent=(Sent(at("07:00")),))["t"]
    assert told(decision) == (None, None, "gap")
    assert decision.detail == "less than 4h from earlier at 2026-06-01T07:00+08:00"
    assert local_text(decision.next_allowed or 0, SHANGHAI) == "2026-06-01 11:00"


def test_nothing_is_deferred_past_the_close() -> None:
    decision = decide(touchpoint("t"), keys={"gap": FOUR_HOURS}, sent=(Sent(at("17:00")),))["t"]
    assert told(decision) == ("email", "2026-06-01 09:00", None)
    late = (Sent(at("17:00")), Sent(at("10:00")))
    assert decide(touchpoint("t"), keys={"gap": FOUR_HOURS}, sent=late)["t"].reason == "gap"


def test_the_reason_of_the_contracts_example_in_numbers() -> None:
    instalment = touchpoint("instalment-due", priority=90)
    greeting = touchpoint("birthday-greeting", priority=60)
    decided = decide(instalment, greeting, keys={"caps": (ONE_A_DAY,), "gap": FOUR_HOURS})
    line = decided["birthday-greeting"].as_line()
    assert line["reason"] == "cap:one-a-day"
    assert line["detail"] == "1 of 1 in 1d: instalment-due at 2026-06-01T09:00+08:00"
    assert line["next_allowed"] == "2026-06-02T09:00:00+08:00"
    assert line["verdict"] == "withhold"
    assert (line["channel"], line["send_at"], line["score"]) == (None, None, 0.0)


def test_a_decision_to_send_is_the_contracts_json_line() -> None:
    design = touchpoint("instalment-due", priority=90, topic="payment")
    assert decide(design)["instalment-due"].as_line() == {
        "customer": "C1",
        "touchpoint": "instalment-due",
        "occurrence": "1",
        "verdict": "send",
        "channel": "email",
        "send_at": "2026-06-01T09:00:00+08:00",
        "category": "service",
        "topic": "payment",
        "score": 90.0,
        "reason": None,
        "detail": None,
        "next_allowed": None,
    }


def test_of_several_channels_the_reason_is_that_of_the_one_that_got_furthest() -> None:
    design = touchpoint("t", category="marketing", channels=("sms", "email", "push"))
    person = Person(
        consent={("marketing", "sms"): None, ("marketing", "email"): "granted"},
        unreachable=frozenset({"push"}),
    )
    marketing = {"caps": (cap("weekly", 1, "7d", categories=["marketing"]),)}
    sent = (Sent(at("08:00"), category="marketing"),)
    assert decide(design, people=(person,))["t"].channel == "email"
    assert decide(design, keys=marketing, people=(person,), sent=sent)["t"].reason == "cap:weekly"
    shut = replace(person, consent={("marketing", "email"): None, ("marketing", "sms"): None})
    decision = decide(design, people=(shut,))["t"]
    assert (decision.reason, decision.detail) == ("no_address", "no usable address for push")


def test_the_customers_own_cap_is_one_more_cap() -> None:
    own = cap("own", 1, "7d")
    decision = decide(
        touchpoint("t"), people=(Person(wishes=Wishes(own_cap=own)),), sent=(Sent(at("07:00")),)
    )["t"]
    assert decision.reason == "cap:own"
    assert local_text(decision.next_allowed or 0, SHANGHAI) == "2026-06-08 09:00"


def test_two_switches_say_what_obeys_caps_and_what_counts() -> None:
    silent = CATEGORIES | {"silent": Category("silent", obeys_caps=False, counts=False)}
    keys: dict[str, object] = {"caps": (ONE_A_DAY,), "categories": silent}
    service = touchpoint("service")
    for category, reason in (("mandatory", "cap:one-a-day"), ("silent", None)):
        notice = touchpoint("notice", category=category, priority=1)
        decided = decide(notice, service, keys=keys, sent=())
        assert decided["notice"].send_at is not None
        assert decided["service"].reason == reason


@pytest.mark.parametrize(
    ("as_of", "pinned_at", "sent", "expected"),
    [
        ("09:58", "10:05", (), ("sms", "2026-06-01 10:05", None)),
        ("10:30", "10:05", (), ("sms", "2026-06-01 10:30", None)),
        ("09:58", "10:05", ("09:57",), (None, None, "gap")),
        ("10:30", "10:05", ("10:20",), ("sms", "2026-06-01 14:20", None)),
        ("19:58", "20:05", (), (None, None, "no_time")),
    ],
)
def test_what_is_about_to_go_out_keeps_its_minute_and_channel_or_vanishes(
    as_of: str, pinned_at: str, sent: tuple[str, ...], expected: tuple[str | None, ...]
) -> None:
    design = touchpoint("t", channels=("email", "sms"))
    decision = decide(
        design,
        keys={"gap": FOUR_HOURS},
        as_of=at(as_of),
        wanted=(Wanted("t", MONDAY, pinned=("sms", at(pinned_at))),),
        sent=tuple(Sent(at(each)) for each in sent),
    )["t"]
    assert told(decision) == expected


def test_what_is_about_to_go_out_is_not_pushed_aside_by_what_is_worth_more() -> None:
    soon, better = touchpoint("soon", priority=10), touchpoint("better", priority=99)
    decided = decide(
        soon,
        better,
        keys={"caps": (ONE_A_DAY,)},
        as_of=at("09:58"),
        wanted=(Wanted("soon", MONDAY, pinned=("email", at("10:00"))), Wanted("better", MONDAY)),
    )
    assert told(decided["soon"]) == ("email", "2026-06-01 10:00", None)
    assert decided["better"].reason == "cap:one-a-day"


def test_what_may_have_gone_out_counts_for_others_and_not_against_its_own_retry() -> None:
    """Tried at nine today, and again tomorrow at ten: nobody knows which of the two arrives."""
    tried, again = at("09:00"), at("2026-06-02T10:00")
    decided = decide(
        touchpoint("soon"),
        touchpoint("other"),
        keys={"caps": (cap("c", 1, "3d"),)},
        as_of=at("09:30"),
        wanted=(
            Wanted("soon", MONDAY + 1, pinned=("email", again), tried_at=tried),
            Wanted("other", MONDAY),
        ),
        sent=(Sent(tried, label="soon"),),
    )
    assert told(decided["soon"]) == ("email", "2026-06-02 10:00", None)
    assert decided["other"].reason == "cap:c"


@pytest.mark.parametrize("count", [1100, 2000])
def test_a_customer_with_very_many_candidates_stops_nobodys_plan(count: int) -> None:
    design = touchpoint("t")
    wanted = tuple(Wanted("t", MONDAY, str(number)) for number in range(count))
    world = World(policy(design, caps=(cap("c", count - 1, "1d"),)), wanted, MIDNIGHT)
    started = time.monotonic()
    assert sum(each.verdict == "send" for each in world.decisions()) == count - 1
    assert time.monotonic() - started < 20


def test_an_empty_situation_has_an_empty_plan() -> None:
    assert World(policy(touchpoint("t")), (), MIDNIGHT).decisions() == []
    assert World(policy(touchpoint("t")), (), MIDNIGHT, people=()).decisions() == []


@pytest.mark.parametrize(
    ("as_of", "days", "lines"),
    [
        ("2026-05-31T09:00", 1, 0),
        ("2026-05-31T09:01", 1, 1),
        ("2026-06-01T19:59", 7, 1),
        ("2026-06-01T20:00", 7, 0),
    ],
)
def test_a_candidate_exists_when_its_window_meets_the_horizon(
    as_of: str, days: int, lines: int
) -> None:
    world = World(policy(touchpoint("t")), (Wanted("t", MONDAY),), at(as_of), days=days)
    assert len(world.decisions()) == lines
