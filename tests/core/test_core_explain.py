"""What would have to change, and what a message lost its place to, for every reason code."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

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
    policy,
    touchpoint,
    window,
)
from touchpoints.core.calendar import day_of, zone_clock
from touchpoints.core.changes import changes
from touchpoints.core.columns import Bools, Wishes
from touchpoints.core.explain import Explanation, explain
from touchpoints.core.gate import Case
from touchpoints.core.hours import Hours
from touchpoints.core.known import Address, Known, Part, Statement
from touchpoints.core.known import Sent as KnownSent
from touchpoints.core.plan import make_plan
from touchpoints.core.policy import Cap, ChannelRule, Duration, Line, Policy
from touchpoints.core.refused import Refused

MONDAY = day("2026-06-01")
MIDNIGHT = instant("2026-06-01T00:00", SHANGHAI)
NOON = instant("2026-06-01T12:00", SHANGHAI)
T = touchpoint("t")
LINE = Line("service", "+86 400", SHANGHAI, Hours.parse({"tue-fri": "09:00-17:00"}), "CN")


def world(rules: Policy, *people: Person, **more: object) -> World:
    """One candidate of each touchpoint on Monday, 1 June 2026."""
    wanted = tuple(Wanted(name, MONDAY) for name in rules.touchpoints)
    made = World(rules, wanted, MIDNIGHT, people or (Person(),))
    return replace(made, **more)  # type: ignore[arg-type]


def told(made: World, known: Known | None = None) -> dict[str, Explanation]:
    """The explanations by touchpoint."""
    found = explain(made.plan(), known or Known())
    return {each.decision.touchpoint: each for each in found}


def sentences(made: World, known: Known | None = None, name: str = "t") -> list[str]:
    """What would have to change for one touchpoint."""
    return list(told(made, known)[name].changes)


OFF = touchpoint("t", enabled=False)
HELD = touchpoint("t", holdout=1.0)
PROMOTION = touchpoint("t", category="marketing", channels=("email", "sms"))
NEVER_ASKED = Person(consent={("marketing", name): None for name in ("email", "sms")})
REFUSED = Person(
    consent={("marketing", "email"): "denied", ("marketing", "sms"): None},
)


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (world(policy(OFF)), ["set enabled: true for t in the policy"]),
        (
            world(policy(OFF), paused=frozenset({"t"})),
            ["set enabled: true for t in the policy", "resume it: touchpoints resume t"],
        ),
        (
            world(policy(T), Person(status="closed")),
            ["only customers whose status is active get messages; this one's is closed"],
        ),
        (
            world(policy(HELD)),
            ["nothing: the share is held out by design, to measure what t does"],
        ),
        (
            world(policy(PROMOTION), NEVER_ASKED),
            [
                "the customer agrees to marketing by email; nothing was said about it so far",
                "the customer agrees to marketing by sms; nothing was said about it so far",
            ],
        ),
        (
            world(policy(PROMOTION), REFUSED),
            [
                "the customer takes back the refusal of marketing by email",
                "the customer agrees to marketing by sms; nothing was said about it so far",
            ],
        ),
        (
            world(policy(T), Person(unreachable=frozenset({"email"}))),
            ["ask for an address for email"],
        ),
        (
            world(policy(T), Person(wishes=Wishes(pause_from=MONDAY))),
            ["the customer ends the pause; it has no end so far"],
        ),
        (
            world(policy(T), Person(wishes=Wishes(pause_until=day_of(date(2026, 6, 9))))),
            ["the pause ends by itself after 2026-06-09, or the customer ends it sooner"],
        ),
    ],
)
def test_each_gate_says_what_would_have_to_change(made: World, expected: list[str]) -> None:
    assert sentences(made) == expected


def test_what_is_known_of_the_customer_makes_it_precise() -> None:
    said = {
        ("marketing", "email"): Statement("denied", MIDNIGHT),
        ("marketing", "sms"): Statement("lapsed", NOON),
    }
    assert sentences(world(policy(PROMOTION), REFUSED), Known(consents=said)) == [
        (
            "the customer takes back the refusal of marketing by email,"
            " which stands since 2026-06-01T00:00+08:00"
        ),
        (
            "the customer agrees anew to marketing by sms;"
            " the consent ran out at 2026-06-01T12:00+08:00"
        ),
    ]
    nowhere = Person(unreachable=frozenset({"email", "sms", "push"}))
    three = policy(touchpoint("t", channels=("email", "sms", "push")))
    addresses = {"email": Address("email", "a@@b"), "sms": Address("phone"), "push": Address()}
    assert sentences(world(three, nowhere), Known(addresses=addresses)) == [
        "correct the address for email: a@@b cannot be used",
        "ask for a phone number with its country code, for sms",
        "ask for an address for push",
    ]


def test_an_audience_tells_the_parts_that_do_not_hold() -> None:
    gold = touchpoint("t", audience="customer.tier == 'gold' and customer.age > 18")
    made = World(policy(gold), (Wanted("t", MONDAY, audience=False),), MIDNIGHT)
    assert sentences(made) == [f"this would have to hold: {gold.audience}"]
    parts = (
        Part("customer.tier == 'gold'", {"customer.tier": "basic"}),
        Part("customer.age > 18", {"customer.age": None}),
    )
    assert sentences(made, Known(audiences={("t", "1"): parts})) == [
        "this would have to hold: customer.tier == 'gold'; customer.tier is 'basic'",
        "this would have to hold: customer.age > 18; customer.age is not known",
    ]


@pytest.mark.parametrize(
    ("keys", "channel", "quiet", "expected"),
    [
        (
            {},
            "06:00-08:00",
            (),
            [
                "channel email may be used only 06:00–08:00, which leaves no minute of the window",
                (
                    "the next minute that all hours allow is 2026-06-02T06:00+08:00;"
                    " its window closes at 2026-06-01T20:00+08:00"
                ),
            ],
        ),
        (
            {"category": "marketing"},
            None,
            (),
            [
                (
                    "category marketing may be sent only 21:00–22:00,"
                    " which leaves no minute of the window"
                ),
                (
                    "the next minute that all hours allow is 2026-06-01T21:00+08:00;"
                    " its window closes at 2026-06-01T20:00+08:00"
                ),
            ],
        ),
        (
            {"line": "service"},
            None,
            (),
            [
                (
                    "line service answers only Tue–Fri 09:00–17:00"
                    " (Asia/Shanghai, not on holidays of CN), which leaves no minute of the window"
                ),
                (
                    "the next minute that all hours allow is 2026-06-02T09:00+08:00;"
                    " its window closes at 2026-06-01T20:00+08:00"
                ),
            ],
        ),
        (
            {},
            None,
            ((0, 1440),),
            [
                "the customer wants quiet 00:00–24:00, which leaves no minute of the window",
                "no minute of the next 31 days would do: the hours themselves have to change",
            ],
        ),
        (
            {},
            "08:00-10:00",
            ((480, 720),),
            [
                (
                    "no minute of the window fits them all: channel email 08:00–10:00,"
                    " the customer's quiet hours 08:00–12:00"
                ),
                "no minute of the next 31 days would do: the hours themselves have to change",
            ],
        ),
    ],
)
def test_no_time_tells_whose_hours_stand_in_the_way(
    keys: dict[str, object],
    channel: str | None,
    quiet: tuple[tuple[int, int], ...],
    expected: list[str],
) -> None:
    hours = Hours.parse(channel) if channel else None
    late = replace(CATEGORIES["marketing"], hours=Hours.parse("21:00-22:00"))
    rules = policy(
        touchpoint("t", **keys),
        channels={"email": ChannelRule("email", hours)},
        categories=CATEGORIES | {"marketing": late},
        lines={"service": LINE},
    )
    assert sentences(world(rules, Person(wishes=Wishes(quiet=quiet)))) == expected


def test_a_message_that_is_about_to_go_at_a_minute_no_longer_allowed_is_planned_anew() -> None:
    early = instant("2026-06-01T08:55", SHANGHAI)
    made = World(policy(T), (Wanted("t", MONDAY, pinned=("email", early)),), early - 60)
    lost = told(made)["t"]
    assert (lost.decision.reason, lost.why) == ("no_time", "its time has passed, and none is left")
    (change,) = lost.changes
    assert change.startswith("nothing: its minute had come and is no longer allowed")


A, B = touchpoint("a", priority=90), touchpoint("b", priority=60)
ONE_A_DAY = cap("one-a-day", 1, "1d")


def test_a_full_cap_names_what_took_its_place_and_when_there_is_room() -> None:
    lost = told(world(policy(A, B, caps=(ONE_A_DAY,))))["b"]
    assert lost.worth == 60
    assert [each.as_line(zone_clock(SHANGHAI)) for each in lost.lost_to] == [
        {"touchpoint": "a", "occurrence": "1", "at": "2026-06-01T09:00:00+08:00", "score": 90.0}
    ]
    assert list(lost.changes) == [
        "there would be room if a at 2026-06-01T09:00+08:00 did not go out",
        (
            "there is room again at 2026-06-02T09:00+08:00,"
            " but its window closes at 2026-06-01T20:00+08:00"
        ),
    ]


def test_what_has_gone_out_already_can_only_be_waited_for() -> None:
    sent = (Sent(MIDNIGHT + 3600, label="a"),)
    made = world(policy(B, caps=(ONE_A_DAY,)), sent=sent)
    lost = told(made)["b"]
    assert [(each.touchpoint, each.sent, each.score) for each in lost.lost_to] == [
        ("a", True, None)
    ]
    assert len(lost.changes) == 1
    known = Known(sent={("a", MIDNIGHT + 3600): KnownSent("7", 81.0)})
    (rival,) = told(made, known)["b"].lost_to
    assert (rival.occurrence, rival.score) == ("7", 81.0)


def test_what_does_not_defer_is_told_that_it_could_wait() -> None:
    drops = touchpoint("b", on_cap="drop", priority=60, window=window("0d 09:00", "3d 20:00"))
    assert sentences(world(policy(A, drops, caps=(ONE_A_DAY,))), name="b") == [
        "there would be room if a at 2026-06-01T09:00+08:00 did not go out",
        "there is room again at 2026-06-02T09:00+08:00; on_cap: defer would let it wait",
    ]


def test_the_gap_and_the_customers_own_cap_are_told_like_caps() -> None:
    narrow = [
        touchpoint(each.name, priority=each.priority, window=window("0d 09:00", "0d 10:00"))
        for each in (A, B)
    ]
    gap = sentences(world(policy(*narrow, gap=Duration(4, "h"))), name="b")
    assert gap[0] == "there would be room if a at 2026-06-01T09:00+08:00 did not go out"
    own = Person(wishes=Wishes(own_cap=Cap("own", 1, Duration(1, "w"))))
    assert sentences(world(policy(A, B), own), name="b")[0] == (
        "the customer raises the own limit of 1 in 1w"
    )


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("capacity:service", "the next free minute of service is 2026-06-01T12:00+08:00"),
        ("merged", "nothing: the customer gets it as a section of another message"),
        (
            "shadow",
            "nothing: it is decided and recorded, never sent; shadow: false would send it",
        ),
        ("weather", "what weather asks for: it rains"),
    ],
)
def test_codes_of_the_future_and_of_others_are_told_sensibly(code: str, expected: str) -> None:
    plan = world(policy(T)).plan()
    decision = replace(plan.decision(0, code), detail="it rains", next_allowed=NOON)
    refused = Refused(plan, 0, decision, int(plan.windows[0, 1]), (), Known())
    assert changes(refused)[0] == expected


class Minors:
    """The README's gate of another package."""

    code = "minor"

    def refuses(self, case: Case) -> Bools:
        return case.per_touchpoint([True for _ in case.rulebook.touchpoints])

    def detail(self, case: Case, route: int) -> str:
        return "junior accounts get no messages"


def test_a_gate_of_another_package_tells_its_detail() -> None:
    (each,) = explain(make_plan(world(policy(T)).situation(), (Minors(),)))
    assert each.decision.reason == "minor"
    assert each.changes == ("what minor asks for: junior accounts get no messages",)


def test_the_limit_that_refuses_says_the_same_in_the_plan_and_in_the_explanation() -> None:
    made = world(policy(A, B, caps=(ONE_A_DAY,), gap=Duration(4, "h")))
    for each in told(made).values():
        failing = [one for one in each.findings if one.gate == each.decision.reason]
        assert all(one.detail == each.decision.detail for one in failing if not one.passed)
