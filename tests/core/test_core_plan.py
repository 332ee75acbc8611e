"""The plan, re-read in the slow obvious way: every promise of the contract's section 3."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings

from tests.builders import Sent, World
from tests.core.worlds import GRID, races, share, without, worlds
from tests.oracle import (
    Choice,
    Field,
    Mail,
    Placed,
    Runner,
    best_score_first,
    broken,
    field_of,
    first_fit,
    greatest_total,
    hours_allow,
    limits_of,
    local_date,
    total,
    wall,
    when,
    window_of,
)
from touchpoints.core.plan import Decision
from touchpoints.core.policy import Cap, Duration

Key = tuple[str, str, str]
Decided = Mapping[Key, Decision]


def fields(world: World) -> Iterator[tuple[Field, dict[Key, Decision]]]:
    """Each customer's candidates with what the plan decided on them."""
    decided = world.decided()
    for person in world.people:
        mine = {key: each for key, each in decided.items() if key[0] == person.id}
        yield field_of(world, person, step=GRID), mine


def choice_of(runner: Runner, decision: Decision) -> Choice:
    """The choice that a decision to send stands for."""
    assert decision.send_at is not None
    return next(
        each
        for each in runner.choices
        if each.channel == decision.channel and decision.send_at in each.minutes
    )


def mails(found: Field, decided: Decided) -> dict[Key, tuple[Runner, Mail]]:
    """What goes out."""
    sends = {}
    for runner in found.runners:
        decision = decided[runner.name]
        if decision.send_at is not None:
            mail = runner.mail(choice_of(runner, decision), decision.send_at)
            sends[runner.name] = (runner, mail)
    return sends


def counted(found: Field, decided: Decided) -> list[Mail]:
    """All that counts once the plan is carried out."""
    sends = mails(found, decided).values()
    return found.counted + [mail for runner, mail in sends if runner.category.counts]


@settings(max_examples=share(0.2))
@given(worlds())
def test_every_candidate_of_the_horizon_gets_one_verdict_and_its_reason(world: World) -> None:
    for found, decided in fields(world):
        left_out = {key for key, code in found.refused.items() if code == "audience"}
        names = {runner.name for runner in found.runners}
        assert set(decided) == names | (set(found.refused) - left_out)
        for key, decision in decided.items():
            assert (decision.verdict == "send") == (decision.reason is None)
            assert (decision.verdict == "withhold") == (decision.send_at is None)
            if key in found.refused:
                assert decision.reason == found.refused[key]
            elif decision.reason is not None:
                assert decision.reason == "gap" or decision.reason.startswith("cap:")


@settings(max_examples=share(0.3))
@given(races())
def test_what_goes_out_breaks_no_promise(world: World) -> None:
    for found, decided in fields(world):
        sends = mails(found, decided)
        for key, (runner, mail) in sends.items():
            score = float(choice_of(runner, decided[key]).score)
            assert decided[key].score == pytest.approx(score, abs=1e-9)
            if runner.category.obeys_caps:
                others = [
                    other
                    for name, (its, other) in sends.items()
                    if name != key and its.category.counts
                ]
                assert broken(world, found.person, found.counted + others, mail) is None


@settings(max_examples=share(0.3))
@given(races())
def test_nobody_who_is_left_could_still_be_added(world: World) -> None:
    for found, decided in fields(world):
        full = counted(found, decided)
        for runner in found.runners:
            if decided[runner.name].send_at is None:
                fits = [first_fit(found, full, runner, choice) for choice in runner.choices]
                assert set(fits) == {None}


@settings(max_examples=share(0.2))
@given(worlds())
def test_what_obeys_no_caps_goes_out_at_its_best(world: World) -> None:
    for found, decided in fields(world):
        for runner in found.runners:
            if not runner.category.obeys_caps:
                best = runner.choices[0]
                at = first_fit(found, [], runner, best)
                assert (decided[runner.name].channel, decided[runner.name].send_at) == (
                    best.channel,
                    at,
                )


def takes_room(runner: Runner) -> bool:
    """What obeys caps and does not count goes last, into what the others leave."""
    return runner.category.counts or not runner.category.obeys_caps


def verdicts(placed: Placed) -> dict[Key, tuple[str, int]]:
    return {key: (choice.channel, at) for key, (choice, at) in placed.items()}


@settings(max_examples=share(0.3))
@given(races(6))
def test_the_total_is_never_below_best_score_first(world: World) -> None:
    for found, decided in fields(world):
        greedy = best_score_first(found)
        taking = {each.name for each in found.runners if takes_room(each)}
        score = sum(decided[name].score for name in taking)
        least = float(total({key: each for key, each in greedy.items() if key in taking}))
        assert score >= least - 1e-9
        if score == pytest.approx(least, abs=1e-9):
            sends = {k: d for k, d in decided.items() if d.send_at is not None}
            told = {key: (each.channel, each.send_at) for key, each in sends.items()}
            assert told == verdicts(greedy)


@settings(max_examples=share(0.2))
@given(races(3))
def test_the_total_of_a_few_is_the_greatest_there_is(world: World) -> None:
    for found, decided in fields(world):
        if not all(takes_room(runner) for runner in found.runners):
            continue
        score = sum(decision.score for decision in decided.values())
        greatest = float(greatest_total(found))
        assert score <= greatest + 1e-9
        assert score >= greatest - 1e-9


@settings(max_examples=share(0.3))
@given(races())
def test_the_reason_is_the_limit_that_the_best_attempt_met_last(world: World) -> None:
    for found, decided in fields(world):
        full = counted(found, decided)
        codes = [code for code, _ in limits_of(world, found.person)]
        for runner in found.runners:
            reason = decided[runner.name].reason
            if reason is not None:
                attempts = [_refused_by(found, full, runner, each) for each in runner.choices]
                furthest = max(codes.index(code) for code in attempts if code is not None)
                assert reason == codes[furthest]


def _refused_by(found: Field, full: list[Mail], runner: Runner, choice: Choice) -> str | None:
    """The limit that took the last minute of a choice; limits are asked in their order."""
    minutes = list(choice.minutes)
    if runner.design.on_cap == "drop":
        if choice.day != min(c.day for c in runner.choices if c.channel == choice.channel):
            return None
        later = [at for at in minutes if at >= choice.preferred]
        minutes = (later or minutes)[:1]
    for number, (code, _) in enumerate(limits_of(found.world, found.person)):
        policy = found.world.policy
        only = replace(
            policy,
            caps=policy.caps[number : number + 1],
            gap=policy.gap if code == "gap" else None,
        )
        own = found.person.wishes.own_cap if code == "cap:own" else None
        person = replace(found.person, wishes=replace(found.person.wishes, own_cap=own))
        world = replace(found.world, policy=only)
        minutes = [at for at in minutes if not broken(world, person, full, runner.mail(choice, at))]
        if not minutes:
            return code
    raise AssertionError("this choice was free")


@settings(max_examples=share(0.3))
@given(races())
def test_next_allowed_is_the_first_minute_that_passes_hours_and_every_limit(world: World) -> None:
    for found, decided in fields(world):
        full = counted(found, decided)
        for runner in found.runners:
            if decided[runner.name].reason is not None:
                assert decided[runner.name].next_allowed == _next(found, full, runner)


def _next(found: Field, full: list[Mail], runner: Runner) -> int | None:
    first_days: dict[str, Choice] = {}
    for choice in sorted(runner.choices, key=lambda each: each.day):
        first_days.setdefault(choice.channel, choice)
    times = [_next_on(found, full, runner, choice) for choice in first_days.values()]
    return min((at for at in times if at is not None), default=None)


def _next_on(found: Field, full: list[Mail], runner: Runner, first: Choice) -> int | None:
    """On one channel: the first day with a free minute, and there the preferred minute or later."""
    world, person, zone = found.world, found.person, found.person.zone
    window = runner.design.window
    opens, _ = window_of(world, runner.wanted, zone)
    minute = window.open_minute if runner.design.at is None else runner.design.at
    for number in range(30):
        date = first.day + timedelta(days=number)
        midnight = wall(zone, 0).replace(
            year=date.year, month=date.month, day=date.day, hour=0, minute=0, tzinfo=None
        )
        start = max(opens, world.as_of, when(zone, midnight))
        free = [
            at
            for at in range(start, when(zone, midnight + timedelta(days=1)), GRID)
            if local_date(zone, at) == date
            and hours_allow(world, person, runner.wanted, first.channel, at)
            and broken(world, person, full, runner.mail(first, at)) is None
        ]
        if free:
            preferred = when(zone, midnight + timedelta(minutes=minute))
            return next((at for at in free if at >= preferred), free[0])
    return None


@settings(max_examples=share(0.15))
@given(worlds(most=3, who=("C1", "C2", "C3")))
def test_a_plan_depends_on_nothing_but_its_input_and_not_on_other_customers(world: World) -> None:
    decided = world.decided()
    assert decided == world.decided()
    turned = replace(
        world, people=world.people[::-1], wanted=world.wanted[::-1], sent=world.sent[::-1]
    )
    assert turned.decided() == decided
    for name in ("C1", "C2", "C3"):
        rest = without(world, name)
        assert rest.decided() == {key: each for key, each in decided.items() if key[0] != name}


@settings(max_examples=share(0.3))
@given(worlds(most=2))
def test_customers_served_at_once_get_what_a_contest_would_give_them(world: World) -> None:
    """An own cap that never binds and a message of ten years ago send everyone to the contest."""
    boundless = Cap("own", 1_000_000, Duration.parse("1d"))
    ways = [replace(each.wishes, own_cap=boundless) for each in world.people]
    people = tuple(replace(a, wishes=b) for a, b in zip(world.people, ways, strict=True))
    unbound = tuple(replace(a, wishes=replace(a.wishes, own_cap=None)) for a in world.people)
    long_ago = Sent(world.as_of - 3650 * 86400)
    contested = replace(world, people=people, sent=(*world.sent, long_ago))
    assert contested.decided() == replace(world, people=unbound).decided()
