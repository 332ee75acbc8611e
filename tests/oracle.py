"""Slow scalar twins of the core, written from the contract: every rule asked in the obvious way.

Nothing here is shared with the core but the frozen values that the policy is made of. Local time is
asked of `datetime` and `zoneinfo`, minute by minute; windows of caps are walked one by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from tests.builders import Person, Wanted, World
from touchpoints.core.hours import Hours, Interval
from touchpoints.core.policy import Cap, Category, Touchpoint

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
GAP = "gap"


def date_number(number: int) -> date:
    """The date of a day number, counted from 1970-01-01."""
    return date(1970, 1, 1) + number * DAY


# The wall clock


def wall(zone: str, at: int) -> datetime:
    """What the clock on the wall shows; `fold` is 1 when it shows it for the second time."""
    return datetime.fromtimestamp(at, UTC).astimezone(ZoneInfo(zone))


def naive(zone: str, at: int) -> datetime:
    """What the clock on the wall shows, without a zone."""
    return wall(zone, at).replace(tzinfo=None, fold=0)


def local_date(zone: str, at: int) -> date:
    """The civil date of an instant."""
    return wall(zone, at).date()


@lru_cache(maxsize=200_000)
def when(zone: str, shown: datetime) -> int:
    """The instant at which the wall clock shows this: the first of two; a missing one moves on."""
    plain = int(shown.replace(tzinfo=UTC).timestamp())
    offsets = sorted({_offset(zone, plain + hour * 1800) for hour in range(-60, 61)})
    real = [plain - offset for offset in offsets if naive(zone, plain - offset) == shown]
    return min(real) if real else plain - offsets[0]


def shown_at(number: int, minute: int) -> datetime:
    """The naive wall clock of a day number and a minute, which may lie outside of the day."""
    return datetime.combine(date_number(number), datetime.min.time()) + minute * MINUTE


@lru_cache(maxsize=200_000)
def moved(zone: str, shown: datetime) -> datetime:
    """A wall clock time that really comes: itself, or itself moved forward by the gap."""
    return naive(zone, when(zone, shown))


@lru_cache(maxsize=500_000)
def _offset(zone: str, at: int) -> int:
    offset = wall(zone, at).utcoffset()
    assert offset is not None
    return int(offset.total_seconds())


# Allowed time


def _starts_on(hours: Hours, weekday: int | None) -> tuple[Interval, ...]:
    return () if weekday is None else hours.week[weekday]


def _in_hours(zone: str, hours: Hours, shown: datetime) -> bool:
    """Whether weekly hours hold on the wall clock; a night belongs to the day it starts on."""
    for back in (0, 1):
        day = shown.date() - back * DAY
        midnight = datetime.combine(day, datetime.min.time())
        for start, end in _starts_on(hours, day.weekday()):
            opens, closes = (moved(zone, midnight + edge * MINUTE) for edge in (start, end))
            if opens <= shown < closes:
                return True
    return False


def line_open(world: World, name: str, at: int) -> bool:
    """Whether a line answers at an instant, its holidays considered."""
    line = world.policy.lines[name]
    rules = world.closed.get(name, {})
    today = (local_date(line.timezone, at) - date(1970, 1, 1)).days
    for number in (today - 1, today, today + 1):
        weekday = rules.get(number, date_number(number).weekday())
        for start, end in _starts_on(line.hours, weekday):
            opens, closes = (when(line.timezone, shown_at(number, edge)) for edge in (start, end))
            if opens <= at < closes:
                return True
    return False


def _line_allows(world: World, design: Touchpoint, at: int, step: int) -> bool:
    if design.line is None:
        return True
    stays = range(at, at + design.line_open_for.seconds + 1, step)
    return all(line_open(world, design.line, each) for each in stays)


def window_of(world: World, wanted: Wanted, zone: str) -> Interval:
    """The window of a candidate as instants; it ends where the next offset's begins."""
    window = world.policy.touchpoints[wanted.touchpoint].window
    opens = when(zone, shown_at(wanted.day + window.open_day, window.open_minute))
    closes = when(zone, shown_at(wanted.day + window.close_day, window.close_minute))
    if wanted.next_day < 1 << 30:
        next_opens = shown_at(wanted.next_day + window.open_day, window.open_minute)
        closes = min(closes, when(zone, next_opens))
    return opens, closes


def allowed(
    world: World, person: Person, wanted: Wanted, channel: str, *, step: int = 60
) -> tuple[list[int], list[int]]:
    """The instants at which one channel may be used, on a grid of `step` seconds.

    The second list leaves the customer's pause out of account.
    """
    zone, design = person.zone, world.policy.touchpoints[wanted.touchpoint]
    category = world.policy.categories[design.category]
    opens, closes = window_of(world, wanted, zone)
    start = max(opens, world.as_of - world.as_of % 60)
    free, unpaused = [], []
    for at in range(start, closes, step):
        if _hour_by_hour(world, person, (design, category, channel), at, step):
            unpaused.append(at)
            if not category.obeys_caps or not _paused(person, local_date(zone, at)):
                free.append(at)
    return free, unpaused


def hours_allow(world: World, person: Person, wanted: Wanted, channel: str, at: int) -> bool:
    """Whether one channel may be used at an instant: every kind of hours, the pause, the line."""
    design = world.policy.touchpoints[wanted.touchpoint]
    category = world.policy.categories[design.category]
    held = category.obeys_caps and _paused(person, local_date(person.zone, at))
    return not held and _hour_by_hour(world, person, (design, category, channel), at, 60)


def _hour_by_hour(
    world: World, person: Person, kind: tuple[Touchpoint, Category, str], at: int, step: int
) -> bool:
    design, category, channel = kind
    zone = person.zone
    if wall(zone, at).fold:
        return False
    shown = naive(zone, at)
    quiet = Hours((person.wishes.quiet,) * 7)
    for hours in (world.policy.channels[channel].hours, category.hours):
        if hours is not None and not _in_hours(zone, hours, shown):
            return False
    return not _in_hours(zone, quiet, shown) and _line_allows(world, design, at, step)


def _paused(person: Person, day: date) -> bool:
    wishes = person.wishes
    if wishes.pause_from is None and wishes.pause_until is None:
        return False
    after = wishes.pause_from is None or day >= date_number(wishes.pause_from)
    return after and (wishes.pause_until is None or day <= date_number(wishes.pause_until))


# Caps and gap


@dataclass(frozen=True)
class Mail:
    """One message as caps see it."""

    at: int
    category: str | None
    channel: str | None
    topic: str | None
    touchpoint: str | None


def _falls_under(cap: Cap, mail: Mail) -> bool:
    return (
        (cap.categories is None or mail.category in cap.categories)
        and (cap.channels is None or mail.channel in cap.channels)
        and (cap.topics is None or mail.topic in cap.topics)
        and (cap.touchpoints is None or mail.touchpoint in cap.touchpoints)
    )


def too_many(most: int, span: int, others: Iterable[int], here: int) -> bool:
    """Whether some window of `span` positions that holds `here` holds `most` others."""
    near = [each for each in others if abs(each - here) < span]
    starts = [each for each in (*near, here) if each <= here]
    return any(sum(start <= each < start + span for each in near) >= most for start in starts)


def limits_of(world: World, person: Person) -> list[tuple[str, Cap | None]]:
    """Caps in the policy's order, the customer's own, then the gap: codes and caps."""
    found: list[tuple[str, Cap | None]] = [(f"cap:{cap.name}", cap) for cap in world.policy.caps]
    if person.wishes.own_cap is not None:
        found.append(("cap:own", person.wishes.own_cap))
    if world.policy.gap is not None and world.policy.gap.seconds:
        found.append((GAP, None))
    return found


def broken(world: World, person: Person, counted: Sequence[Mail], mail: Mail) -> str | None:
    """The first cap, or the gap, that one more message would break beside what counts already."""
    for code, cap in limits_of(world, person):
        if _breaks(world, person.zone, cap, counted, mail):
            return code
    return None


def _breaks(world: World, zone: str, cap: Cap | None, counted: Sequence[Mail], mail: Mail) -> bool:
    if cap is None:
        assert world.policy.gap is not None
        return too_many(1, world.policy.gap.seconds, [each.at for each in counted], mail.at)
    if not _falls_under(cap, mail):
        return False
    selected = [each.at for each in counted if _falls_under(cap, each)]
    days = cap.per.days
    if days is None:
        return too_many(cap.max, cap.per.seconds, selected, mail.at)
    dates = [local_date(zone, at).toordinal() for at in selected]
    return too_many(cap.max, days, dates, local_date(zone, mail.at).toordinal())


# Gates


def open_channels(person: Person, design: Touchpoint) -> list[str]:
    """The channels in the customer's order: the ranked ones first, then as the design has them."""
    ranked = [name for name in dict.fromkeys(person.order) if name in design.channels]
    return ranked + [name for name in design.channels if name not in ranked]


def refusal(world: World, person: Person, wanted: Wanted, channel: str) -> str | None:
    """The first gate that refuses a channel to a candidate, of those that need no time."""
    design = world.policy.touchpoints[wanted.touchpoint]
    category = world.policy.categories[design.category]
    state = person.consent.get((design.category, channel), "granted")
    denied = category.consent != "none" and state == "denied"
    missing = category.consent == "required" and state != "granted"
    asked = (
        ("disabled", not design.enabled or design.name in world.paused),
        ("blocked", person.status != "active"),
        ("audience", not wanted.audience),
        ("no_consent", denied or missing),
        ("no_address", channel in person.unreachable),
    )
    return next((code for code, refuses in asked if refuses), None)


# Who gets the slots


@dataclass(frozen=True)
class Choice:
    """A channel on a day for one candidate, with the minutes that hours allow, and its worth."""

    channel: str
    place: int
    day: date
    minutes: tuple[int, ...]
    preferred: int
    score: Fraction


@dataclass(frozen=True)
class Runner:
    """A candidate that passed the gates, and its choices, best first."""

    wanted: Wanted
    design: Touchpoint
    category: Category
    closes: int
    choices: tuple[Choice, ...]

    @property
    def name(self) -> tuple[str, str, str]:
        """Customer, touchpoint and occurrence."""
        return self.wanted.customer, self.wanted.touchpoint, self.wanted.occurrence

    def mail(self, choice: Choice, at: int) -> Mail:
        """The message that a choice would be."""
        return Mail(at, self.design.category, choice.channel, self.design.topic, self.design.name)


@dataclass
class Field:
    """All candidates of one customer: who runs, why the others do not, and what counts already."""

    world: World
    person: Person
    runners: list[Runner] = field(default_factory=list)
    refused: dict[tuple[str, str, str], str] = field(default_factory=dict)
    counted: list[Mail] = field(default_factory=list)


ORDER = ("disabled", "blocked", "audience", "no_consent", "no_address", "paused", "no_time")


def field_of(world: World, person: Person, *, step: int) -> Field:
    """Judge every candidate of a customer whose window meets the horizon."""
    found = Field(world, person)
    found.counted = [
        Mail(each.at, each.category, each.channel, each.topic, each.touchpoint)
        for each in world.sent
        if each.customer == person.id
    ]
    until = world.as_of + world.days * 86400
    for wanted in world.wanted:
        opens, closes = window_of(world, wanted, person.zone)
        if wanted.customer == person.id and opens < until and closes > world.as_of:
            _judge(found, wanted, closes, step)
    return found


def _judge(found: Field, wanted: Wanted, closes: int, step: int) -> None:
    world, person = found.world, found.person
    design = world.policy.touchpoints[wanted.touchpoint]
    choices: list[Choice] = []
    codes: list[str] = []
    for place, channel in enumerate(open_channels(person, design)):
        code = refusal(world, person, wanted, channel)
        if code is None:
            free, unpaused = allowed(world, person, wanted, channel, step=step)
            choices += _choices(person, wanted, design, (channel, place, free))
            code = "paused" if unpaused else "no_time"
            if free:
                continue
        codes.append(code)
    key = (wanted.customer, wanted.touchpoint, wanted.occurrence)
    if choices:
        choices.sort(key=lambda each: (-each.score, each.place, each.day))
        category = world.policy.categories[design.category]
        found.runners.append(Runner(wanted, design, category, closes, tuple(choices)))
    else:
        found.refused[key] = max(codes, key=ORDER.index)


def _choices(
    person: Person, wanted: Wanted, design: Touchpoint, way: tuple[str, int, Sequence[int]]
) -> Iterator[Choice]:
    channel, place, free = way
    first_day = date_number(wanted.day + design.window.open_day)
    minute = design.window.open_minute if design.at is None else design.at
    by_day: dict[date, list[int]] = {}
    for at in free:
        by_day.setdefault(local_date(person.zone, at), []).append(at)
    for day, minutes in by_day.items():
        late = max(0, (day - first_day).days)
        score = design.priority * Fraction(8, 10) ** place * Fraction(9, 10) ** late
        preferred = when(person.zone, datetime.combine(day, datetime.min.time()) + minute * MINUTE)
        yield Choice(channel, place, day, tuple(minutes), preferred, score)


def first_fit(found: Field, counted: Sequence[Mail], runner: Runner, choice: Choice) -> int | None:
    """The first minute at or after the preferred one that breaks nothing, else the day's first."""
    later = [at for at in choice.minutes if at >= choice.preferred]
    earlier = [at for at in choice.minutes if at < choice.preferred]
    if not runner.category.obeys_caps:
        return (later + earlier)[0]
    minutes = later + earlier
    if runner.design.on_cap == "drop":
        first_day = min(each.day for each in runner.choices if each.channel == choice.channel)
        minutes = minutes[:1] if choice.day == first_day else []
    for at in minutes:
        if broken(found.world, found.person, counted, runner.mail(choice, at)) is None:
            return at
    return None


Placed = Mapping[tuple[str, str, str], tuple[Choice, int]]


def best_score_first(found: Field) -> Placed:
    """Mandatory ones at their best, then whoever has the best score left takes its first fit.

    What obeys caps and does not count comes last: it takes room from nobody, and meets all others.
    """
    placed: dict[tuple[str, str, str], tuple[Choice, int]] = {}
    counted = list(found.counted)
    pairs = [(runner, choice) for runner in found.runners for choice in runner.choices]
    pairs.sort(
        key=lambda pair: (
            pair[0].category.obeys_caps,
            pair[0].category.obeys_caps and not pair[0].category.counts,
            -pair[1].score,
            pair[0].closes,
            pair[0].design.name,
            pair[0].wanted.occurrence,
            pair[1].place,
            pair[1].day,
        )
    )
    for runner, choice in pairs:
        at = None if runner.name in placed else first_fit(found, counted, runner, choice)
        if at is not None:
            placed[runner.name] = (choice, at)
            if runner.category.counts:
                counted.append(runner.mail(choice, at))
    return placed


def total(placed: Placed) -> Fraction:
    """The sum of all scores."""
    return sum((choice.score for choice, _ in placed.values()), Fraction(0))


def greatest_total(found: Field) -> Fraction:
    """The best total over all orders and all options of the candidates that obey caps."""
    counted, fixed = list(found.counted), Fraction(0)
    for runner in found.runners:
        if not runner.category.obeys_caps:
            choice = runner.choices[0]
            fixed += choice.score
            at = first_fit(found, counted, runner, choice)
            if at is not None and runner.category.counts:
                counted.append(runner.mail(choice, at))
    rest = tuple(runner for runner in found.runners if runner.category.obeys_caps)
    return fixed + _best_of(found, counted, rest)


def _best_of(found: Field, counted: Sequence[Mail], rest: Sequence[Runner]) -> Fraction:
    best = Fraction(0)
    hoped = sum((each.choices[0].score for each in rest), Fraction(0))
    for number, runner in enumerate(rest):
        others = [*rest[:number], *rest[number + 1 :]]
        for choice in runner.choices:
            at = first_fit(found, counted, runner, choice)
            if at is not None:
                more = [runner.mail(choice, at)] if runner.category.counts else []
                best = max(best, choice.score + _best_of(found, [*counted, *more], others))
                if best == hoped:
                    return best
    return best


def spans_of(minutes: Sequence[int], step: int) -> tuple[Interval, ...]:
    """Minutes on a grid as intervals."""
    if not minutes:
        return ()
    breaks = [i + 1 for i, (a, b) in enumerate(pairwise(minutes)) if b - a != step]
    edges = [0, *breaks, len(minutes)]
    return tuple((minutes[a], minutes[b - 1] + step) for a, b in pairwise(edges))
