"""The plan, re-read in the slow obvious way: every promise of the contract's section 3."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import Sent, World
from tests.core.worlds import GRID, races, rich, share, tied, without, worlds
from tests.oracle import (
    Choice,
    Field,
    Mail,
    Placed,
    Runner,
    best_score_first,
    broken,
    families,
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

anything = st.one_of(races(), rich(), rich(4, who=("C1", "C2", "C3")))


def untied(most: int = 5, who: Sequence[str] = ("C1", "C2")) -> st.SearchStrategy[World]:
    """Worlds in which no line or channel ties customers together."""
    return st.one_of(races(most), rich(most, who).filter(lambda world: not tied(world)))


def fields(world: World) -> Iterator[tuple[Field, dict[Key, Decision]]]:
    """The candidates of customers who share addresses, with what the plan decided on them."""
    decided = world.decided()
    for family in families(world):
        ids = {person.id for person in family}
        mine = {key: each for key, each in decided.items() if key[0] in ids}
        yield field_of(world, family, step=GRID), mine


def choice_of(runner: Runner, decision: Decision) -> Choice:
    """The choice that a decision to send stands for; capacities deal out minutes of their own."""
    assert decision.send_at is not None
    day = local_date(runner.person.zone, decision.send_at)
    fits = [each for each in runner.choices if (each.channel, each.day) == (decision.channel, day)]
    return next(each for each in fits if decision.send_at in each.minutes or not each.kept)


def mails(found: Field, decided: Decided) -> dict[Key, tuple[Runner, Mail]]:
    """What goes out."""
    sends = {}
    for runner in found.runners:
        decision = decided[runner.name]
        if decision.send_at is not None:
            mail = runner.mail(choice_of(runner, decision), decision.send_at)
            sends[runner.name] = (runner, mail)
    return sends


def everything(world: World) -> tuple[list[tuple[Field, Decided]], dict[Key, tuple[Runner, Mail]]]:
    """All families, and all that goes out to anybody: capacities tie everybody."""
    parts = list(fields(world))
    sends = [mails(found, decided) for found, decided in parts]
    return [*parts], {key: each for part in sends for key, each in part.items()}


@settings(max_examples=share(1))
@given(anything)
def test_every_candidate_of_the_horizon_gets_one_verdict_and_its_reason(world: World) -> None:
    limits = ("gap", "cap:", "capacity:", "merged")
    for found, decided in fields(world):
        left_out = {key for key, code in found.refused.items() if code == "audience"}
        shadows = {runner.name for runner in found.shadows}
        names = {runner.name for runner in found.runners} | shadows
        assert set(decided) == names | (set(found.refused) - left_out)
        for key, decision in decided.items():
            assert (decision.verdict == "send") == (decision.reason is None)
            assert (decision.verdict == "withhold") == (decision.send_at is None)
            assert (decision.reason == "merged") == (decision.merged_into is not None)
            if key in found.refused:
                assert decision.reason == found.refused[key]
            elif key in shadows:
                assert decision.reason is not None
                assert decision.reason.startswith(("shadow", *limits))
            elif decision.reason is not None:
                assert decision.reason.startswith(limits)


@settings(max_examples=share(1.5))
@given(anything)
def test_what_goes_out_breaks_no_promise(world: World) -> None:
    parts, sends = everything(world)
    for found, decided in parts:
        for runner, mail in mails(found, decided).values():
            person, channel = runner.person, mail.channel
            opens, closes = window_of(world, runner.wanted, person.zone)
            assert channel is not None
            assert hours_allow(world, person, runner.wanted, channel, mail.at)
            assert max(opens, runner.wanted.earliest) <= mail.at < closes
            score = float(choice_of(runner, decided[runner.name]).score)
            assert decided[runner.name].score == pytest.approx(score, abs=1e-9)
            if runner.category.obeys_caps:
                others = [other for key, (_, other) in sends.items() if key != runner.name]
                assert broken(world, person, found.counted + others, mail) is None


@settings(max_examples=share(1.5))
@given(anything)
def test_nobody_who_is_left_could_still_be_added(world: World) -> None:
    parts, sends = everything(world)
    full = [mail for _, mail in sends.values()]
    for found, decided in parts:
        for runner in found.runners:
            if decided[runner.name].send_at is None:
                counted = found.counted + full
                fits = [first_fit(found, counted, runner, choice) for choice in runner.choices]
                assert set(fits) == {None}


@settings(max_examples=share(0.5))
@given(anything)
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


def weight(runner: Runner, decision: Decision) -> float:
    """What a decision counts for: more than its score where it keeps what was announced."""
    if decision.send_at is None:
        return 0.0
    kept = [
        float(each.weight)
        for each in runner.choices
        if each.kept and (each.channel, each.minutes) == (decision.channel, (decision.send_at,))
    ]
    return max([decision.score, *kept])


@settings(max_examples=share(1))
@given(untied(6))
def test_the_total_is_never_below_best_score_first(world: World) -> None:
    for found, decided in fields(world):
        greedy = best_score_first(found)
        taking = {each.name: each for each in found.runners if takes_room(each)}
        weighed = sum(weight(runner, decided[name]) for name, runner in taking.items())
        least = float(total({key: each for key, each in greedy.items() if key in taking}))
        assert weighed >= least - 1e-9
        announced = any(each.wanted.planned is not None for each in found.runners)
        if weighed == pytest.approx(least, abs=1e-9) and not announced:
            sends = {k: d for k, d in decided.items() if d.send_at is not None}
            told = {key: (each.channel, each.send_at) for key, each in sends.items()}
            assert told == verdicts(greedy)


@settings(max_examples=share(1))
@given(untied(3, who=("C1",)))
def test_the_total_of_a_few_is_the_greatest_there_is(world: World) -> None:
    for found, decided in fields(world):
        if not all(takes_room(runner) for runner in found.runners):
            continue
        weighed = sum(weight(runner, decided[runner.name]) for runner in found.runners)
        assert weighed == pytest.approx(float(greatest_total(found)), abs=1e-9)


def refused_by_limits(found: Field, decided: Decided) -> Iterator[Runner]:
    """The candidates that a cap or the gap keeps out, and that no other message takes in."""
    for runner in found.runners:
        if decided[runner.name].reason not in {None, "merged"}:
            yield runner


@settings(max_examples=share(0.7))
@given(untied())
def test_the_reason_is_the_limit_that_the_best_attempt_met_last(world: World) -> None:
    for found, decided in fields(world):
        full = found.counted + [mail for _, mail in mails(found, decided).values()]
        for runner in refused_by_limits(found, decided):
            codes = [code for code, _ in limits_of(world, runner.person)]
            new = [each for each in runner.choices if not each.kept]
            attempts = [_refused_by(found, full, runner, each) for each in new]
            furthest = max(codes.index(code) for code in attempts if code is not None)
            assert decided[runner.name].reason == codes[furthest]


def _refused_by(found: Field, full: list[Mail], runner: Runner, choice: Choice) -> str | None:
    """The limit that took the last minute of a choice; limits are asked in their order."""
    minutes = list(choice.minutes)
    if runner.design.on_cap == "drop" and not runner.pinned:
        if choice.day != min(c.day for c in runner.choices if c.channel == choice.channel):
            return None
        later = [at for at in minutes if at >= choice.preferred]
        minutes = (later or minutes)[:1]
    for number, (code, _) in enumerate(limits_of(found.world, runner.person)):
        policy = found.world.policy
        only = replace(
            policy,
            caps=policy.caps[number : number + 1],
            gap=policy.gap if code == "gap" else None,
        )
        own = runner.person.wishes.own_cap if code == "cap:own" else None
        person = replace(runner.person, wishes=replace(runner.person.wishes, own_cap=own))
        world = replace(found.world, policy=only)
        minutes = [at for at in minutes if not broken(world, person, full, runner.mail(choice, at))]
        if not minutes:
            return code
    raise AssertionError("this choice was free")


@settings(max_examples=share(0.7))
@given(untied())
def test_next_allowed_is_the_first_minute_that_passes_hours_and_every_limit(world: World) -> None:
    for found, decided in fields(world):
        full = found.counted + [mail for _, mail in mails(found, decided).values()]
        for runner in refused_by_limits(found, decided):
            assert decided[runner.name].next_allowed == _next(found, full, runner)


def _next(found: Field, full: list[Mail], runner: Runner) -> int | None:
    first_days: dict[str, Choice] = {}
    new = [each for each in runner.choices if not each.kept]
    for choice in sorted(new, key=lambda each: each.day):
        first_days.setdefault(choice.channel, choice)
    times = [_next_on(found, full, runner, choice) for choice in first_days.values()]
    return min((at for at in times if at is not None), default=None)


def _next_on(found: Field, full: list[Mail], runner: Runner, first: Choice) -> int | None:
    """On one channel: the first day with a free minute, and there the preferred minute or later."""
    world, person, zone = found.world, runner.person, runner.person.zone
    window = runner.design.window
    opens, _ = window_of(world, runner.wanted, zone)
    minute = window.open_minute if runner.design.at is None else runner.design.at
    for number in range(30):
        date = first.day + timedelta(days=number)
        midnight = wall(zone, 0).replace(
            year=date.year, month=date.month, day=date.day, hour=0, minute=0, tzinfo=None
        )
        start = max(opens, world.as_of, runner.wanted.earliest, when(zone, midnight))
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


@settings(max_examples=share(0.5))
@given(rich(3, who=("C1", "C2", "C3")))
def test_a_plan_depends_on_nothing_but_its_input_in_whatever_order(world: World) -> None:
    decided = world.decided()
    assert decided == world.decided()
    turned = replace(
        world, people=world.people[::-1], wanted=world.wanted[::-1], sent=world.sent[::-1]
    )
    assert turned.decided() == decided


@settings(max_examples=share(0.5))
@given(untied(3, who=("C1", "C2", "C3")))
def test_a_plan_does_not_depend_on_customers_who_share_no_address(world: World) -> None:
    decided = world.decided()
    for family in families(world):
        rest, ids = world, {person.id for person in family}
        for name in ids:
            rest = without(rest, name)
        assert rest.decided() == {key: each for key, each in decided.items() if key[0] not in ids}


@settings(max_examples=share(0.7))
@given(anything)
def test_a_shadow_changes_nothing_for_anybody_else(world: World) -> None:
    designs = world.policy.touchpoints
    live = tuple(each for each in world.wanted if not designs[each.touchpoint].shadow)
    others = {key: each for key, each in world.decided().items() if not designs[key[1]].shadow}
    assert replace(world, wanted=live).decided() == others


@settings(max_examples=share(0.7))
@given(anything)
def test_a_section_is_a_loser_of_its_topic_that_could_itself_go_with_the_winner(
    world: World,
) -> None:
    designs = world.policy.touchpoints
    apart = replace(world, policy=replace(world.policy, topics={})).decided()
    for found, decided in fields(world):
        runners = {runner.name: runner for runner in found.runners}
        for key, decision in decided.items():
            if decision.merged_into is None:
                assert (decision.send_at, decision.channel) == (
                    apart[key].send_at,
                    apart[key].channel,
                )
                continue
            assert (apart[key].reason or "").startswith(("cap", "gap"))
            home = (key[0], *decision.merged_into.split("/"))
            winner, topic = decided[home], designs[key[1]].topic
            assert topic is not None
            assert designs[home[1]].topic == topic
            assert world.policy.topics == {topic: "merge"}
            assert (home[1], winner.channel) in world.merging.places
            assert key[1] in world.merging.sections
            loser, (opens, closes) = runners[key], (0, 0)
            opens, closes = window_of(world, loser.wanted, loser.person.zone)
            assert winner.channel is not None
            assert winner.send_at is not None
            assert max(opens, loser.wanted.earliest) <= winner.send_at < closes
            assert winner.channel in {each.channel for each in loser.choices}
            assert hours_allow(world, loser.person, loser.wanted, winner.channel, winner.send_at)


def stored(world: World) -> World:
    """The same world right after its plan was stored."""
    decided = world.decided()
    keys = [(each.customer, each.touchpoint, each.occurrence) for each in world.wanted]
    found = [decided.get(key) for key in keys]
    waits = [
        (each.channel, each.send_at)
        if each is not None and each.channel is not None and each.send_at is not None
        else None
        for each in found
    ]
    return replace(
        world,
        wanted=tuple(
            replace(each, planned=wait) for each, wait in zip(world.wanted, waits, strict=True)
        ),
    )


@settings(max_examples=share(0.7))
@given(anything)
def test_a_plan_that_is_made_again_right_after_is_the_same(world: World) -> None:
    assert stored(world).decided() == world.decided()


@settings(max_examples=share(0.5))
@given(untied(3, who=("C1",)), st.sampled_from([0.0, 0.1, 0.5]))
def test_what_is_planned_moves_only_for_a_total_that_is_greater_by_its_share(
    world: World, keep: float
) -> None:
    """Somebody else's plan is in the outbox; each message of it that could stay weighs more."""
    world = replace(world, policy=replace(world.policy, keep=keep))
    for found, decided in fields(world):
        if not all(takes_room(runner) for runner in found.runners):
            continue
        moved = [
            runner
            for runner in found.runners
            if any(each.kept for each in runner.choices)
            and runner.wanted.planned
            != (decided[runner.name].channel, decided[runner.name].send_at)
        ]
        for runner in moved:
            only = replace(runner, choices=tuple(each for each in runner.choices if each.kept))
            others = [only if each is runner else each for each in found.runners]
            staying = replace(found, runners=others)
            weighed = sum(weight(each, decided[each.name]) for each in found.runners)
            assert weighed >= float(greatest_total(staying)) - 1e-9


@settings(max_examples=share(1))
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
