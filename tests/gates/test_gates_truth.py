"""Each gate's truth table, and the order in which gates are asked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.builders import (
    CATEGORIES,
    SHANGHAI,
    Person,
    Wanted,
    World,
    day,
    instant,
    policy,
    touchpoint,
)
from touchpoints.core.columns import Wishes
from touchpoints.core.plan import Decision
from touchpoints.core.policy import Touchpoint
from touchpoints.gates import GATES, all_gates

MONDAY = day("2026-06-01")
MIDNIGHT = instant("2026-06-01T00:00", SHANGHAI)


def decide(design: Touchpoint, person: Person | None = None, **world: object) -> Decision:
    made = World(policy(design), (Wanted(design.name, MONDAY),), MIDNIGHT, (person or Person(),))
    (decision,) = replace(made, **world).decisions()  # type: ignore[arg-type]
    return decision


def reason(design: Touchpoint, person: Person | None = None, **world: object) -> str | None:
    return decide(design, person, **world).reason


def test_gates_are_asked_in_the_order_of_the_contract() -> None:
    codes = [gate.code for gate in GATES]
    assert codes == [
        "disabled",
        "blocked",
        "audience",
        "holdout",
        "no_consent",
        "no_address",
        "paused",
        "no_time",
    ]
    assert [gate.code for gate in all_gates()][: len(codes)] == codes


@pytest.mark.parametrize(
    ("enabled", "paused", "code", "detail"),
    [
        (True, False, None, None),
        (False, False, "disabled", "enabled: false in the policy"),
        (True, True, "disabled", "paused by an operator"),
        (False, True, "disabled", "enabled: false in the policy"),
    ],
)
def test_a_touchpoint_is_switched_off_by_policy_or_operator(
    enabled: bool, paused: bool, code: str | None, detail: str | None
) -> None:
    names = frozenset({"t"}) if paused else frozenset()
    decision = decide(touchpoint("t", enabled=enabled), paused=names)
    assert (decision.reason, decision.detail) == (code, detail)


@pytest.mark.parametrize("category", sorted(CATEGORIES))
@pytest.mark.parametrize("status", ["active", "closed", "deceased", "blocked", "frozen"])
def test_whoever_is_not_active_gets_nothing_of_any_category(category: str, status: str) -> None:
    decision = decide(touchpoint("t", category=category), Person(status=status))
    assert decision.reason == (None if status == "active" else "blocked")
    assert decision.detail == (None if status == "active" else f"status is {status}")


def test_whom_the_audience_leaves_out_is_no_line_of_the_plan() -> None:
    world = World(policy(touchpoint("t")), (Wanted("t", MONDAY, audience=False),), MIDNIGHT)
    assert world.decisions() == []
    assert world.plan().reason_codes() == ["audience"]


@pytest.mark.parametrize(
    ("category", "state", "code"),
    [
        ("mandatory", "granted", None),
        ("mandatory", None, None),
        ("mandatory", "denied", None),
        ("service", "granted", None),
        ("service", None, None),
        ("service", "denied", "no_consent"),
        ("marketing", "granted", None),
        ("marketing", None, "no_consent"),
        ("marketing", "denied", "no_consent"),
    ],
)
def test_consent_binds_as_the_category_says(
    category: str, state: str | None, code: str | None
) -> None:
    person = Person(consent={(category, "email"): state})
    assert reason(touchpoint("t", category=category), person) == code


def test_consent_is_asked_for_each_category_and_channel_by_itself() -> None:
    consent = {("marketing", "sms"): "denied", ("service", "email"): "denied"}
    person = Person(consent=consent)
    for category, channel, code in (
        ("marketing", "sms", "no_consent"),
        ("marketing", "email", None),
        ("service", "sms", None),
        ("service", "email", "no_consent"),
    ):
        assert reason(touchpoint("t", category=category, channels=(channel,)), person) == code


@pytest.mark.parametrize(("state", "word"), [("denied", "denied"), (None, "not granted")])
def test_a_missing_consent_says_which_and_how(state: str | None, word: str) -> None:
    person = Person(consent={("marketing", "email"): state})
    decision = decide(touchpoint("t", category="marketing"), person)
    assert decision.detail == f"marketing by email: {word}"


def test_a_channel_without_an_address_is_passed_over() -> None:
    design = touchpoint("t", channels=("sms", "email"))
    assert decide(design, Person(unreachable=frozenset({"sms"}))).channel == "email"
    nowhere = decide(design, Person(unreachable=frozenset({"sms", "email"})))
    assert (nowhere.reason, nowhere.detail) == ("no_address", "no usable address for sms")


@pytest.mark.parametrize(
    ("start", "until", "code"),
    [
        (0, 0, "paused"),
        (-5, 5, "paused"),
        (None, 0, "paused"),
        (0, None, "paused"),
        (1, 5, None),
        (-5, -1, None),
        (None, -1, None),
        (1, None, None),
    ],
)
def test_a_pause_holds_what_could_go_only_inside_it(
    start: int | None, until: int | None, code: str | None
) -> None:
    wishes = Wishes(
        pause_from=None if start is None else MONDAY + start,
        pause_until=None if until is None else MONDAY + until,
    )
    assert reason(touchpoint("t"), Person(wishes=wishes)) == code
    assert reason(touchpoint("t", category="mandatory"), Person(wishes=wishes)) is None


def test_a_pause_is_told_with_its_days() -> None:
    wishes = Wishes(pause_from=MONDAY, pause_until=MONDAY + 17)
    decision = decide(touchpoint("t"), Person(wishes=wishes))
    assert decision.detail == "the customer asked for a pause from 2026-06-01 until 2026-06-18"


def test_a_window_without_an_allowed_minute_is_never_sent() -> None:
    night_owl = Person(wishes=Wishes(quiet=((540, 1200),)))
    decision = decide(touchpoint("t", category="mandatory"), night_owl)
    assert decision.reason == "no_time"
    assert decision.detail == (
        "no allowed time left in the window 2026-06-01T09:00+08:00 to 2026-06-01T20:00+08:00"
    )
    assert decision.next_allowed is None


def test_what_has_no_time_even_without_the_pause_has_no_time() -> None:
    wishes = Wishes(quiet=((540, 1200),), pause_from=MONDAY, pause_until=MONDAY)
    assert reason(touchpoint("t"), Person(wishes=wishes)) == "no_time"


LADDER = (
    ("disabled", {"enabled": False}, {}),
    ("blocked", {}, {"status": "deceased"}),
    ("holdout", {"holdout": 1.0}, {}),
    ("no_consent", {}, {"consent": {("marketing", "email"): "denied"}}),
    ("no_address", {}, {"unreachable": frozenset({"email"})}),
    ("paused", {}, {"wishes": Wishes(pause_from=MONDAY)}),
)


@pytest.mark.parametrize("first", range(len(LADDER)))
def test_the_first_gate_that_refuses_gives_the_reason(first: int) -> None:
    design: dict[str, object] = {"category": "marketing"}
    person: dict[str, object] = {}
    for _, of_design, of_person in LADDER[first:]:
        design |= of_design
        person |= of_person
    made = Person(**person)  # type: ignore[arg-type]
    assert reason(touchpoint("t", **design), made) == LADDER[first][0]
