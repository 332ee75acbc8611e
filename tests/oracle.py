"""Slow scalar twins of the core, written from the contract: every rule asked in the obvious way.

Nothing here is shared with the core but the frozen values that the policy is made of. Local time is
asked of `datetime` and `zoneinfo`, minute by minute; windows of caps are walked one by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
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
    start = max(opens, world.as_of - world.as_of % 60, wanted.earliest)
    free, unpaused = [], []
    for at in range(start, closes, step):
        if _hour_by_hour(world, person, (design, category, channel), at, step):
            unpaused.append(at)
            if not category.obeys_caps or not _paused(person, at):
                free.append(at)
    return free, unpaused


def hours_allow(world: World, person: Person, wanted: Wanted, channel: str, at: int) -> bool:
    """Whether one channel may be used at an instant: every kind of hours, the pause, the line."""
    design = world.policy.touchpoints[wanted.touchpoint]
    category = world.policy.categories[design.category]
    held = category.obeys_caps and _paused(person, at)
    return not held and _hour_by_hour(world, person, (design, category, channel), at, 60)


def _hour_by_hour(
    world: World, person: Person, kind: tuple[Touchpoint, Category, str], at: int, step: int
) -> bool:
    design, category, channel = kind
    zone = person.zone
    if wall(zone, at).fold or not agrees(person, (category.name, channel), at):
        return False
    shown = naive(zone, at)
    quiet = Hours((person.wishes.quiet,) * 7)
    for hours in (world.policy.channels[channel].hours, category.hours):
        if hours is not None and not _in_hours(zone, hours, shown):
            return False
    return not _in_hours(zone, quiet, shown) and _line_allows(world, design, at, step)


def agrees(person: Person, use: tuple[str, str], at: int) -> bool:
    """Whether a consent that changes in time allows an instant; where none changes, it does."""
    spans = person.agreed.get(use)
    return spans is None or any(start <= at < end for start, end in spans)


def _paused(person: Person, at: int) -> bool:
    wishes, day = person.wishes, local_date(person.zone, at)
    if wishes.snooze_until is not None and at < wishes.snooze_until:
        return True
    if wishes.pause_from is None and wishes.pause_until is None:
        return False
    after = wishes.pause_from is None or day >= date_number(wishes.pause_from)
    return after and (wishes.pause_until is None or day <= date_number(wishes.pause_until))


# Caps and gap


@dataclass(frozen=True)
class Mail:
    """One message as caps and capacities see it: to whom, and what it takes."""

    at: int
    category: str | None
    channel: str | None
    topic: str | None
    touchpoint: str | None
    person: Person | None
    counts: bool = True
    takes: Mapping[str, int] = field(default_factory=dict)


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
    """The first cap, gap or capacity that one more message would break beside all the others."""
    counting = [each for each in counted if each.counts and each.person is not None]
    for code, cap in limits_of(world, person):
        if _breaks(world, cap, counting, mail):
            return code
    for code in mail.takes:
        if overloads(world, code, [*counted, mail], mail.at):
            return code
    return None


def _breaks(world: World, cap: Cap | None, counted: Sequence[Mail], mail: Mail) -> bool:
    assert mail.person is not None
    own = [each for each in counted if each.person is not None and each.person.id == mail.person.id]
    if cap is None:
        assert world.policy.gap is not None
        return too_many(1, world.policy.gap.seconds, [each.at for each in own], mail.at)
    if not _falls_under(cap, mail):
        return False
    if cap.by == "address":
        own = [each for each in counted if _same_address(each, mail)]
    selected = [each for each in own if _falls_under(cap, each)]
    days = cap.per.days
    if days is None:
        return too_many(cap.max, cap.per.seconds, [each.at for each in selected], mail.at)
    return too_many(cap.max, days, [_date(each) for each in selected], _date(mail))


def _same_address(one: Mail, other: Mail) -> bool:
    assert one.person is not None
    assert other.person is not None
    address = one.person.address(one.channel)
    return address is not None and address == other.person.address(other.channel)


def _date(mail: Mail) -> int:
    """The local date of a message on the clock of its own customer."""
    assert mail.person is not None
    return local_date(mail.person.zone, mail.at).toordinal()


# Lines and channels that can take only so much


def takes(world: World, design: Touchpoint, channel: str) -> dict[str, int]:
    """What one message takes, in millionths of a message or of an expected reaction."""
    taken = {}
    line = None if design.line is None else world.policy.lines[design.line]
    if line is not None and line.capacity is not None and design.reaction:
        taken[f"capacity:{line.name}"] = round(design.reaction * 1_000_000)
    if world.policy.channels[channel].capacity is not None:
        taken[f"capacity:{channel}"] = 1_000_000
    return taken


def overloads(world: World, code: str, mails: Sequence[Mail], here: int) -> bool:
    """Whether some run of minutes, or the local day, that holds an instant takes too much."""
    name = code.removeprefix("capacity:")
    line, channel = world.policy.lines.get(name), world.policy.channels.get(name)
    capacity = line.capacity if line is not None else channel.capacity if channel else None
    zone = line.timezone if line is not None else world.policy.timezone
    assert capacity is not None
    taken = [(each.at, each.takes[code]) for each in mails if code in each.takes]
    if capacity.minutes == 1440:
        day = local_date(zone, here)
        return sum(w for at, w in taken if local_date(zone, at) == day) > capacity.most * 1_000_000
    minute = here // 60
    return any(
        sum(w for at, w in taken if first <= at // 60 < first + capacity.minutes)
        > capacity.most * 1_000_000
        for first in range(minute - capacity.minutes + 1, minute + 1)
    )


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
    changes = person.agreed.get((design.category, channel))
    if changes is not None:
        opens, closes = window_of(world, wanted, person.zone)
        start = max(opens, world.as_of - world.as_of % 60, wanted.earliest)
        if start < closes:
            denied, missing = False, not any(max(start, a) < min(closes, b) for a, b in changes)
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
    """A channel on a day for one candidate, with the minutes that hours allow, and its worth.

    `weight` is what it counts when choices are compared: more than its score where it is `kept`.
    """

    channel: str
    place: int
    day: date
    minutes: tuple[int, ...]
    preferred: int
    score: Fraction
    weight: Fraction
    kept: bool = False


@dataclass(frozen=True)
class Runner:
    """A candidate that passed the gates, and its choices, those of most weight first."""

    world: World
    person: Person
    wanted: Wanted
    design: Touchpoint
    category: Category
    closes: int
    choices: tuple[Choice, ...]

    @property
    def pinned(self) -> bool:
        """Whether it is about to go out, and no longer moves."""
        return self.wanted.pinned is not None

    @property
    def name(self) -> tuple[str, str, str]:
        """Customer, touchpoint and occurrence."""
        return self.wanted.customer, self.wanted.touchpoint, self.wanted.occurrence

    def mail(self, choice: Choice, at: int) -> Mail:
        """The message that a choice would be."""
        design, channel = self.design, choice.channel
        kind = (design.category, channel, design.topic, design.name)
        counts, uses = self.category.counts, takes(self.world, design, channel)
        return Mail(at, *kind, self.person, counts, uses)


@dataclass
class Field:
    """Candidates of customers whom caps may tie: who runs, why others do not, what counts already.

    `shadows` run too, but take room from nobody.
    """

    world: World
    family: tuple[Person, ...]
    runners: list[Runner] = field(default_factory=list)
    shadows: list[Runner] = field(default_factory=list)
    refused: dict[tuple[str, str, str], str] = field(default_factory=dict)
    counted: list[Mail] = field(default_factory=list)

    @property
    def person(self) -> Person:
        """The only customer."""
        (person,) = self.family
        return person


def families(world: World) -> list[tuple[Person, ...]]:
    """The customers, together with all who share an address with them, in a chain."""
    tied = any(cap.by == "address" for cap in world.policy.caps)
    rest, found = list(world.people), []
    while rest:
        family = [rest.pop(0)]
        while tied and (more := [each for each in rest if _shares(world, family, each)]):
            family += more
            rest = [each for each in rest if each not in more]
        found.append(tuple(family))
    return found


def _shares(world: World, family: Sequence[Person], other: Person) -> bool:
    theirs = {each.address(name) for each in family for name in world.policy.channels}
    own = {other.address(name) for name in world.policy.channels}
    return bool(theirs & own - {None})


ORDER = ("disabled", "blocked", "audience", "no_consent", "no_address", "paused", "no_time")


def field_of(world: World, family: tuple[Person, ...], *, step: int) -> Field:
    """Judge every candidate of these customers whose window meets the horizon."""
    found = Field(world, family)
    people = {each.id: each for each in family}
    found.counted = [
        Mail(
            each.at, each.category, each.channel, each.topic, each.touchpoint, people[each.customer]
        )
        for each in world.sent
        if each.customer in people
    ]
    found.counted += [
        Mail(at, None, None, None, None, None, False, {code: amount})
        for code, at, amount in world.taken
    ]
    until = world.as_of + world.days * 86400
    for wanted in world.wanted:
        if wanted.customer in people:
            opens, closes = window_of(world, wanted, people[wanted.customer].zone)
            if opens < until and closes > world.as_of:
                _judge(found, people[wanted.customer], wanted, (closes, step))
    return found


def _judge(found: Field, person: Person, wanted: Wanted, by: tuple[int, int]) -> None:
    world, (closes, step) = found.world, by
    design = world.policy.touchpoints[wanted.touchpoint]
    choices: list[Choice] = []
    codes: list[str] = []
    for place, channel in enumerate(open_channels(person, design)):
        if wanted.pinned is not None and wanted.pinned[0] != channel:
            continue
        code = refusal(world, person, wanted, channel)
        if code is None:
            free, unpaused = allowed(world, person, wanted, channel, step=step)
            code = "paused" if unpaused and not free else "no_time"
            free = _unmoved(world, wanted, free)
            choices += _choices(world, person, wanted, (channel, place, free))
            if free:
                continue
        codes.append(code)
    key = (wanted.customer, wanted.touchpoint, wanted.occurrence)
    if choices:
        choices.sort(key=lambda each: (-each.weight, not each.kept, each.place, each.day))
        category = world.policy.categories[design.category]
        runner = Runner(world, person, wanted, design, category, closes, tuple(choices))
        (found.shadows if design.shadow else found.runners).append(runner)
    else:
        found.refused[key] = max(codes, key=ORDER.index)


def _unmoved(world: World, wanted: Wanted, free: list[int]) -> list[int]:
    """What is about to go out keeps its minute; once that has passed, any later one will do."""
    if wanted.pinned is None:
        return free
    fixed = wanted.pinned[1]
    passed = fixed < world.as_of - world.as_of % 60
    return [at for at in free if at == fixed or (passed and at > fixed)]


def _choices(
    world: World, person: Person, wanted: Wanted, way: tuple[str, int, Sequence[int]]
) -> Iterator[Choice]:
    channel, place, free = way
    design = world.policy.touchpoints[wanted.touchpoint]
    first_day = date_number(wanted.day + design.window.open_day)
    minute = design.window.open_minute if design.at is None else design.at
    by_day: dict[date, list[int]] = {}
    for at in free:
        by_day.setdefault(local_date(person.zone, at), []).append(at)
    for day, minutes in by_day.items():
        late = max(0, (day - first_day).days)
        score = design.priority * Fraction(8, 10) ** place * Fraction(9, 10) ** late
        preferred = when(person.zone, datetime.combine(day, datetime.min.time()) + minute * MINUTE)
        yield Choice(channel, place, day, tuple(minutes), preferred, score, score)
        if wanted.planned is not None and wanted.planned[0] == channel:
            at = wanted.planned[1]
            if at in minutes:
                weight = score * (1 + Fraction(str(world.policy.keep)))
                yield Choice(channel, place, day, (at,), at, score, weight, kept=True)


def first_fit(found: Field, counted: Sequence[Mail], runner: Runner, choice: Choice) -> int | None:
    """The first minute at or after the preferred one that breaks nothing, else the day's first."""
    later = [at for at in choice.minutes if at >= choice.preferred]
    earlier = [at for at in choice.minutes if at < choice.preferred]
    if not runner.category.obeys_caps:
        return (later + earlier)[0]
    minutes = later + earlier
    if runner.design.on_cap == "drop" and not choice.kept and not runner.pinned:
        first_day = min(each.day for each in runner.choices if each.channel == choice.channel)
        minutes = minutes[:1] if choice.day == first_day else []
    for at in minutes:
        if broken(found.world, runner.person, counted, runner.mail(choice, at)) is None:
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
            pair[0].wanted.pinned is None,
            pair[0].category.obeys_caps and not pair[0].category.counts,
            -pair[1].weight,
            pair[0].closes,
            pair[0].design.name,
            pair[0].wanted.occurrence,
            pair[0].person.id,
            not pair[1].kept,
            pair[1].place,
            pair[1].day,
        )
    )
    for runner, choice in pairs:
        at = None if runner.name in placed else first_fit(found, counted, runner, choice)
        if at is not None:
            placed[runner.name] = (choice, at)
            counted.append(runner.mail(choice, at))
    return placed


def total(placed: Placed) -> Fraction:
    """The sum of all weights."""
    return sum((choice.weight for choice, _ in placed.values()), Fraction(0))


def greatest_total(found: Field) -> Fraction:
    """The best total over all orders and all options of what obeys caps and may move."""
    counted, fixed = list(found.counted), Fraction(0)
    moving = [each for each in found.runners if each.category.obeys_caps and not each.pinned]
    staying = replace(found, runners=[each for each in found.runners if each not in moving])
    for name, (choice, at) in best_score_first(staying).items():
        runner = next(each for each in staying.runners if each.name == name)
        fixed += choice.weight
        counted.append(runner.mail(choice, at))
    return fixed + _best_of(found, counted, moving)


def _best_of(found: Field, counted: Sequence[Mail], rest: Sequence[Runner]) -> Fraction:
    best = Fraction(0)
    hoped = sum((each.choices[0].weight for each in rest), Fraction(0))
    for number, runner in enumerate(rest):
        others = [*rest[:number], *rest[number + 1 :]]
        for choice in runner.choices:
            at = first_fit(found, counted, runner, choice)
            if at is not None:
                more = [*counted, runner.mail(choice, at)]
                best = max(best, choice.weight + _best_of(found, more, others))
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
