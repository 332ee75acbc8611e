"""Z09: the customer's ranking decides, and a closed first choice falls through to the next."""

from __future__ import annotations

from dataclasses import replace

from tests.builders import (
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

MONDAY = day("2026-06-01")
DESIGN = touchpoint(
    "t", channels=("email", "sms", "wechat"), priority=100, window=window("0d 09:00", "9d 20:00")
)
WORLD = World(
    policy(DESIGN),
    (Wanted("t", MONDAY),),
    instant("2026-06-01T00:00", SHANGHAI),
    (Person(order=("wechat", "sms", "email")),),
)


def went(world: World) -> tuple[str | None, str]:
    (decision,) = world.decisions()
    assert decision.send_at is not None
    return decision.channel, local_text(decision.send_at, SHANGHAI)


def test_the_ranking_decides() -> None:
    assert went(WORLD) == ("wechat", "2026-06-01 09:00")


def test_a_channel_without_address_or_consent_falls_through_to_the_next_at_once() -> None:
    person = WORLD.people[0]
    for closed in (
        replace(person, unreachable=frozenset({"wechat"})),
        replace(person, consent={("service", "wechat"): "denied"}),
    ):
        assert went(replace(WORLD, people=(closed,))) == ("sms", "2026-06-01 09:00")


def test_a_capped_channel_is_waited_for_only_if_that_is_worth_more() -> None:
    """Two days of waiting keep 0.81 of the worth, the second channel 0.8, three days 0.729."""
    sent = (Sent(instant("2026-06-01T08:00", SHANGHAI), channel="wechat"),)
    for per, expected in (
        ("2d", ("wechat", "2026-06-03 09:00")),
        ("3d", ("sms", "2026-06-01 09:00")),
    ):
        capped = policy(DESIGN, caps=(cap("wechat", 1, per, channels=["wechat"]),))
        assert went(replace(WORLD, policy=capped, sent=sent)) == expected
