"""Random small worlds for the core: all times on a grid of half an hour, so that twins stay quick.

Random draws favour small numbers, and an empty world proves nothing: `many` turns that round.
Dates lie around clock changes of the chosen zones more often than chance would have them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from hypothesis import settings
from hypothesis import strategies as st

from tests.builders import Person, Sent, Wanted, World, day, policy, touchpoint
from touchpoints.core.calendar import NEVER, zone_clock
from touchpoints.core.capacity import WHOLE
from touchpoints.core.columns import Wishes
from touchpoints.core.decision import Decision
from touchpoints.core.hours import DAY_MINUTES, Hours, Interval, union
from touchpoints.core.policy import (
    Cap,
    Capacity,
    Category,
    ChannelRule,
    Duration,
    Line,
    Policy,
    Touchpoint,
    Window,
)
from touchpoints.core.rulebook import DayRules, Merging

GRID = 1800
CHANNELS = ("email", "sms", "wechat")
TOPICS = ("birthday", "payment", None)
CHANGES = {
    "America/New_York": ("2026-03-08", "2026-11-01"),
    "America/Havana": ("2026-03-08", "2026-11-01"),
    "America/St_Johns": ("2026-03-08", "2026-11-01"),
    "America/Santiago": ("2026-04-05", "2026-09-06"),
    "Africa/Cairo": ("2026-04-24", "2026-10-30"),
    "Asia/Beirut": ("2026-03-29", "2026-10-25"),
    "Asia/Shanghai": ("2026-06-01", "2026-02-17"),
    "Australia/Lord_Howe": ("2026-04-05", "2026-10-04"),
    "Europe/Dublin": ("2026-03-29", "2026-10-25"),
    "Pacific/Kiritimati": ("2026-01-01", "2026-06-01"),
}
zones = st.sampled_from(sorted(CHANGES))
ticks = st.integers(0, DAY_MINUTES // 30)


rarely = st.integers(0, 9).map(lambda number: number == 7)
often = st.integers(0, 9).map(lambda number: number < 7)


def many(least: int, most: int) -> st.SearchStrategy[int]:
    """A number that is more often large than small."""
    return st.integers(0, most - least).map(lambda number: most - number)


def share(part: float) -> int:
    """A part of the examples of the chosen profile, for tests that take long."""
    return max(10, round(settings.default.max_examples * part))


def _span(ends: tuple[int, int]) -> Interval:
    start, end = ends[0] * 30 % DAY_MINUTES, ends[1] * 30
    return (start, end if end > start else end + DAY_MINUTES)


some_spans = st.lists(st.tuples(ticks, ticks).map(_span), min_size=1, max_size=2).map(union)
wide_span = st.sampled_from([((480, 1260),), ((540, 1200),), ((0, 1440),), ((1260, 1860),)])
day_spans = some_spans | wide_span
hours = st.builds(
    lambda spans, shut: Hours(tuple(() if n in shut else spans for n in range(7))),
    day_spans,
    st.sets(st.integers(0, 6), max_size=2),
)
maybe_hours = st.none() | hours
windows = st.builds(
    lambda opens, start, days, end: Window(
        opens, start * 30, opens + days + (days == 0 and end <= start), end * 30
    ),
    st.integers(-1, 1),
    st.integers(0, 47),
    many(0, 2),
    many(0, 47),
)
pauses = st.tuples(st.none() | st.integers(-1, 2), st.none() | st.integers(0, 2))


@st.composite
def wishes(draw: st.DrawFn, around: int) -> Wishes:
    first, length = draw(pauses)
    start = None if first is None else around + first
    until = None if length is None else (around if start is None else start) + length
    paused = draw(st.booleans())
    return Wishes(
        quiet=draw(st.just(()) | day_spans.filter(lambda spans: _length(spans) < 1080)),
        own_cap=draw(st.none() | caps(st.just("own"), select=False)),
        pause_from=start if paused else None,
        pause_until=until if paused else None,
    )


def _length(spans: Sequence[Interval]) -> int:
    return sum(end - start for start, end in spans)


@st.composite
def caps(draw: st.DrawFn, names: st.SearchStrategy[str], *, select: bool = True) -> Cap:
    per = draw(st.sampled_from(["1d", "2d", "3d", "1w", "4h", "24h", "90m"]))
    chosen: dict[str, frozenset[str]] = {}
    if select and draw(st.booleans()):
        key, values = draw(
            st.sampled_from(
                [
                    ("categories", ("marketing", "service")),
                    ("channels", CHANNELS),
                    ("topics", ("birthday", "payment")),
                    ("touchpoints", ("a", "b")),
                ]
            )
        )
        chosen[key] = draw(st.frozensets(st.sampled_from(values), min_size=1))
    return Cap(draw(names), draw(st.integers(1, 3)), Duration.parse(per), **chosen)


@st.composite
def designs(draw: st.DrawFn, name: str, categories: Sequence[str]) -> Touchpoint:
    lined = draw(rarely)
    return touchpoint(
        name,
        category=draw(st.sampled_from(categories)),
        channels=tuple(
            draw(st.lists(st.sampled_from(CHANNELS), min_size=1, max_size=3, unique=True))
        ),
        window=draw(windows),
        topic=draw(st.sampled_from(TOPICS)),
        priority=draw(st.sampled_from([80, 100, 64, 90, 50, 72, 40, 81, 0])),
        at=draw(st.none() | st.integers(0, 47).map(lambda tick: tick * 30)),
        on_cap="drop" if draw(rarely) else "defer",
        enabled=not draw(rarely),
        line="service" if lined else None,
        line_open_for=Duration(draw(st.sampled_from([0, 30, 120, 600])), "m"),
    )


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    categories = {
        "mandatory": Category("mandatory", "none", False, draw(st.booleans()), draw(maybe_hours)),
        "marketing": Category("marketing", "required", hours=draw(maybe_hours)),
        "service": Category("service", counts=draw(st.sampled_from([True, True, False]))),
    }
    names = draw(st.sampled_from([("a", "b", "c", "d"), ("a", "b", "c"), ("a", "b")]))
    kinds = ("service", "marketing", "service", "marketing", "mandatory")
    limits = draw(many(0, 3))
    return policy(
        *(draw(designs(name, kinds)) for name in names),
        channels={name: ChannelRule(name, draw(maybe_hours)) for name in CHANNELS},
        categories=categories,
        caps=tuple(draw(caps(st.just(f"cap{n}"))) for n in range(limits)),
        gap=Duration.parse(draw(st.sampled_from(["10h", "4h", "1h", "1d"])))
        if draw(often)
        else None,
        lines={"service": Line("service", "+1", draw(zones), draw(hours))},
    )


@st.composite
def people(draw: st.DrawFn, name: str, around: int, zone: str) -> Person:
    order = draw(st.lists(st.sampled_from(CHANNELS), max_size=3, unique=True))
    states = st.integers(0, 11).map(lambda n: {5: "denied", 7: None}.get(n, "granted"))
    kinds = [(kind, on) for kind in ("marketing", "service", "mandatory") for on in CHANNELS]
    return Person(
        name,
        zone,
        "deceased" if draw(rarely) and draw(rarely) else "active",
        tuple(order),
        draw(st.just(Wishes()) | wishes(around)),
        frozenset(draw(st.lists(st.sampled_from(CHANNELS), max_size=1))),
        {kind: draw(states) for kind in kinds},
    )


@st.composite
def candidates(draw: st.DrawFn, who: str, names: Sequence[str], around: int) -> Wanted:
    number = around + draw(st.integers(-1, 1))
    return Wanted(
        draw(st.sampled_from(names)),
        number,
        draw(st.sampled_from("123456789")),
        who,
        number + draw(st.integers(1, 2)) if draw(rarely) else NEVER,
        not draw(rarely),
    )


@st.composite
def history(draw: st.DrawFn, who: str, around: int) -> Sent:
    return Sent(
        (around - 3) * 86400 + draw(st.integers(0, 10 * 48)) * GRID,
        who,
        draw(st.sampled_from(["marketing", "service", "mandatory", None])),
        draw(st.sampled_from([*CHANNELS, None])),
        draw(st.sampled_from(TOPICS)),
        draw(st.sampled_from(["a", "b", "elsewhere", None])),
    )


@st.composite
def closed_days(draw: st.DrawFn, around: int) -> dict[str, DayRules]:
    some = st.dictionaries(
        st.integers(around - 2, around + 3), st.none() | st.integers(0, 6), max_size=2
    )
    return {"service": draw(some)}


@st.composite
def worlds(draw: st.DrawFn, *, most: int = 5, who: Sequence[str] = ("C1",)) -> World:
    """A policy, one or more customers in one of the zones, and up to `most` candidates each."""
    zone = draw(zones)
    around = day(draw(st.sampled_from(CHANGES[zone]))) + draw(st.integers(-1, 1))
    rules = draw(policies())
    names = tuple(rules.touchpoints)
    wanted: dict[tuple[str, str, str], Wanted] = {}
    sent: list[Sent] = []
    crowd = []
    for name in who:
        crowd.append(draw(people(name, around, zone)))
        for _ in range(draw(many(1, most))):
            each = draw(candidates(name, names, around))
            wanted[name, each.touchpoint, each.occurrence] = each
        sent += [draw(history(name, around)) for _ in range(draw(many(0, 3)))]
        zone = draw(zones)
    start = zone_clock(crowd[0].zone).instant(around + draw(st.integers(-2, 0)), 0)
    return World(
        rules,
        tuple(wanted.values()),
        start + draw(st.integers(0, 47)) * GRID,
        tuple(crowd),
        tuple(sent),
        draw(st.sampled_from([7, 3, 1])),
        frozenset(names[:1]) if draw(rarely) else frozenset(),
        draw(closed_days(around)),
    )


def without(world: World, customer: str) -> World:
    """The same world without one of its customers."""
    return replace(
        world,
        people=tuple(each for each in world.people if each.id != customer),
        wanted=tuple(each for each in world.wanted if each.customer != customer),
        sent=tuple(each for each in world.sent if each.customer != customer),
    )


def crowded(world: World) -> World:
    """The same world with all that keeps candidates out taken away: they meet, and compete."""
    touchpoints = {
        name: replace(each, enabled=True, line=None, category=_obeying(each.category))
        for name, each in world.policy.touchpoints.items()
    }
    categories = {
        name: replace(each, hours=None, counts=True)
        for name, each in world.policy.categories.items()
    }
    return replace(
        world,
        policy=replace(world.policy, touchpoints=touchpoints, categories=categories),
        people=tuple(
            replace(each, status="active", consent={}, unreachable=frozenset())
            for each in world.people
        ),
        wanted=tuple(replace(each, audience=True, next_day=NEVER) for each in world.wanted),
        paused=frozenset(),
        days=7,
    )


def _obeying(category: str) -> str:
    return "service" if category == "mandatory" else category


PHONES = ("+861", "+862")
"""Few, so that customers often share one, on one channel or across two."""


@st.composite
def enriched(draw: st.DrawFn, plain: World) -> World:
    """The same world with shared addresses, capacities, shadows, topics, plans, changed minds."""
    policy = plain.policy
    by_address = draw(st.booleans())
    caps = tuple(
        replace(each, by="address") if by_address and draw(often) else each for each in policy.caps
    )
    lines, channels = policy.lines, policy.channels
    if draw(rarely) or draw(rarely):
        lines = {name: replace(each, capacity=draw(capacities)) for name, each in lines.items()}
    elif draw(rarely) or draw(rarely):
        most = draw(capacities)
        channels = {name: replace(each, capacity=most) for name, each in channels.items()}
    designs = {
        name: replace(each, shadow=draw(rarely), reaction=draw(st.sampled_from([1.0, 0.05, 0.5])))
        for name, each in policy.touchpoints.items()
    }
    topic = draw(st.sampled_from(TOPICS))
    if topic is not None and draw(st.booleans()):
        designs = {name: replace(each, topic=topic) for name, each in designs.items()}
    texts = [(each.templates[0], channel) for each in designs.values() for channel in CHANNELS]
    free = replace(plain, policy=replace(policy, caps=(), gap=None)).decided()
    return replace(
        plain,
        policy=replace(
            policy,
            caps=caps,
            lines=lines,
            channels=channels,
            touchpoints=designs,
            topics={} if topic is None else {topic: "merge"},
            keep=draw(st.sampled_from([0.1, 0.0, 0.5])),
        ),
        people=tuple(draw(minded(each, plain)) for each in plain.people),
        wanted=tuple(
            each if designs[each.touchpoint].shadow else draw(planned(each, plain, free))
            for each in plain.wanted
        ),
        merging=Merging(
            frozenset(text for text in texts if draw(often)),
            frozenset(name for name in designs if draw(often)),
        ),
        taken=_some_taken(draw, lines, channels, plain.as_of),
    )


def _some_taken(
    draw: st.DrawFn, lines: Mapping[str, Line], channels: Mapping[str, ChannelRule], as_of: int
) -> tuple[tuple[str, int, int], ...]:
    """What others take of capacities: now and then, or all the time but for some hours."""
    ends = [*lines.values(), *channels.values()]
    tight = [f"capacity:{each.name}" for each in ends if each.capacity is not None]
    most = max([each.capacity.most for each in ends if each.capacity is not None], default=0)
    if not tight:
        return ()
    if draw(st.booleans()):
        free, hole = draw(st.integers(0, 96 * 2)), draw(st.integers(0, 8))
        busy = [tick for tick in range(-4, 96 * 2) if not free <= tick < free + hole]
        return tuple((code, as_of + tick * GRID, most * WHOLE) for tick in busy for code in tight)
    taken = st.builds(
        lambda code, tick, part: (code, as_of + tick * 8 * GRID, part),
        st.sampled_from(tight),
        st.integers(-6, 24),
        st.sampled_from([WHOLE, WHOLE // 2, WHOLE // 20]),
    )
    return tuple(draw(st.lists(taken, max_size=12)))


capacities = st.builds(
    Capacity, st.sampled_from([1, 2, 1, 3]), st.sampled_from([1440, 60, 1440, 1])
)


@st.composite
def minded(draw: st.DrawFn, person: Person, world: World) -> Person:
    """A customer with addresses that others may have, a snooze, and a mind that may change."""
    start = world.as_of - world.as_of % GRID
    instants = st.integers(-4, 4 * 48).map(lambda tick: start + tick * GRID)
    kinds = st.sampled_from([(kind, on) for kind in ("marketing", "service") for on in CHANNELS])
    spans = st.tuples(instants, instants).map(lambda ends: ((min(ends), max(ends) + GRID),))
    return replace(
        person,
        addresses=draw(
            st.dictionaries(st.sampled_from(CHANNELS), st.sampled_from(PHONES), min_size=1)
        ),
        agreed=draw(st.dictionaries(kinds, spans, max_size=2)),
        wishes=replace(person.wishes, snooze_until=draw(instants) if draw(rarely) else None),
    )


@st.composite
def planned(
    draw: st.DrawFn, wanted: Wanted, world: World, free: Mapping[tuple[str, str, str], Decision]
) -> Wanted:
    """A candidate that may be planned or pinned already, and may not go out before an instant.

    Often it is planned where it would go if there were no caps.
    """
    decision = free.get((wanted.customer, wanted.touchpoint, wanted.occurrence))
    if decision is not None and decision.channel and decision.send_at and draw(st.booleans()):
        at = (decision.channel, decision.send_at)
        return replace(wanted, pinned=at) if draw(rarely) else replace(wanted, planned=at)
    instants = st.integers(0, 3 * 48).map(lambda tick: world.as_of + tick * GRID)
    channels = world.policy.touchpoints[wanted.touchpoint].channels
    waits = draw(st.booleans())
    return replace(
        wanted,
        planned=(draw(st.sampled_from(channels)), draw(instants)) if waits else None,
        earliest=draw(instants) if draw(rarely) else 0,
    )


def rich(most: int = 5, who: Sequence[str] = ("C1", "C2")) -> st.SearchStrategy[World]:
    """Worlds with everything that can tie candidates together, often with many who compete."""
    plain = worlds(most=most, who=who)
    return st.one_of(plain.map(crowded), plain).flatmap(enriched)


def tied(world: World) -> bool:
    """Whether lines or channels tie all customers together."""
    ends = (*world.policy.lines.values(), *world.policy.channels.values())
    return any(each.capacity is not None for each in ends)


def races(most: int = 5) -> st.SearchStrategy[World]:
    """Worlds as they come, and more of those in which candidates compete."""
    plain = worlds(most=most)
    return st.one_of(plain.map(crowded), plain.map(crowded), plain)
