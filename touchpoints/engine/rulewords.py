"""The rules of a policy in words, as phrases that are told in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from touchpoints.core.hours import Hours
from touchpoints.core.offset import Offset
from touchpoints.core.phrase import Open, Phrase, Span
from touchpoints.core.policy import (
    Cap,
    Capacity,
    Category,
    ChannelRule,
    Duration,
    Line,
    Touchpoint,
)
from touchpoints.moments.after import After
from touchpoints.moments.annual import Annual
from touchpoints.moments.event import Event
from touchpoints.moments.fact import Fact
from touchpoints.moments.lapsed import Lapsed
from touchpoints.moments.schedule import Schedule

NOTHING = ""
_EVERY = {1: "minute", 60: "hour", 1440: "day"}


def cap_in_words(cap: Cap) -> Phrase:
    """`At most 2 marketing messages in any 7 days.`"""
    one_day = cap.per.days == 1
    return Phrase(
        "rule.cap",
        max=cap.max,
        messages=Phrase("rule.one" if cap.max == 1 else "rule.many"),
        categories=_names("categories", cap.categories),
        channels=_names("channels", cap.channels),
        topics=_names("topics", cap.topics),
        touchpoints=_names("touchpoints", cap.touchpoints),
        per=Phrase("rule.any_day") if one_day else Phrase("rule.any_span", span=Span(cap.per)),
        by=Phrase("rule.by_address") if cap.by == "address" else NOTHING,
    )


def gap_in_words(gap: Duration) -> Phrase:
    """`At least 4 hours between two messages to one customer.`"""
    return Phrase("rule.gap", span=Span(gap))


def category_in_words(category: Category) -> Phrase:
    """Whether consent is needed, whether caps hold it back and count it, and when it arrives."""
    return Phrase(
        "rule.category",
        consent=Phrase(f"rule.consent_{category.consent}"),
        caps=NOTHING if category.obeys_caps else Phrase("rule.free_of_caps"),
        counts=NOTHING if category.counts else Phrase("rule.uncounted"),
        hours=Phrase("rule.arrives", hours=Open(category.hours)) if category.hours else NOTHING,
    )


def channel_in_words(channel: ChannelRule) -> Phrase:
    """When it may be used, how much it takes, and what a message costs."""
    cost = f"{channel.cost:.6f}".rstrip("0").rstrip(".")
    return Phrase(
        "rule.channel",
        hours=_hours(channel.hours),
        capacity=_capacity(channel.capacity),
        cost=Phrase("rule.costs", cost=cost) if channel.cost else NOTHING,
    )


def line_in_words(line: Line) -> Phrase:
    """When somebody answers, and how many reactions they can take."""
    days_off = line.holidays
    return Phrase(
        "rule.line",
        phone=line.phone,
        hours=_hours(line.hours),
        zone=line.timezone,
        holidays=Phrase("rule.no_holidays", country=days_off) if days_off else NOTHING,
        capacity=_capacity(line.capacity),
    )


def touchpoint_in_words(design: Touchpoint) -> Phrase:
    """At which moment, from when until when, by which channels, to whom and how gladly."""
    window = design.window
    return Phrase(
        "rule.touchpoint",
        moment=moment_in_words(design.moment),
        opens=_edge(window.open_day, window.open_minute),
        closes=_edge(window.close_day, window.close_minute),
        channels=tuple(design.channels),
        more=_Joined(tuple(_more(design))),
    )


def moment_in_words(moment: Any) -> Phrase:
    """The occasion; one of another package's kinds as the policy writes it."""
    match moment:
        case Annual():
            key, values = "annual", {"field": moment.annual}
        case Fact():
            key, values = "fact", {"kind": moment.fact}
        case Event():
            key, values = "event", {"kind": moment.event}
        case After():
            delay = Span(Duration.parse(moment.delay))
            return Phrase(
                "rule.after", delay=delay, touchpoint=moment.after, outcome=moment.outcome
            )
        case Schedule():
            return Phrase("rule.schedule", rule=moment.schedule)
        case Lapsed():
            span = Span(Duration.parse(moment.lapsed))
            return Phrase("rule.lapsed", span=span, kind=moment.since)
        case _:
            words = ", ".join(f"{key} {value}" for key, value in moment.describe().items())
            return Phrase("rule.moment", words=words)
    return Phrase(f"rule.{key}", **values, offsets=_offsets(moment.offsets))


class _Joined(str):
    """Sentences one after the other."""

    __slots__ = ("_parts",)
    _parts: tuple[Phrase, ...]

    def __new__(cls, parts: tuple[Phrase, ...]) -> _Joined:
        joined = super().__new__(cls, "".join(parts))
        joined._parts = parts
        return joined

    def told(self, language: str) -> str:
        """All of them in the language of a reader."""
        return "".join(each.told(language) for each in self._parts)


def _more(design: Touchpoint) -> Iterable[Phrase]:
    if design.at is not None:
        yield Phrase("rule.preferred", time=_clock(design.at))
    yield Phrase("rule.priority", priority=design.priority)
    if design.audience != "true":
        yield Phrase("rule.audience", audience=design.audience)
    if design.line is not None:
        yield Phrase("rule.line_open", line=design.line, span=Span(design.line_open_for))
    if design.on_cap == "drop":
        yield Phrase("rule.drop")
    if design.holdout:
        yield Phrase("rule.holdout", share=f"{design.holdout:.6%}".rstrip("0%").rstrip(".") + "%")
    if design.shadow:
        yield Phrase("rule.shadow")
    if not design.enabled:
        yield Phrase("rule.disabled")


def _names(kind: str, names: Iterable[str] | None) -> str:
    return NOTHING if names is None else Phrase(f"rule.{kind}", names=tuple(sorted(names)))


def _hours(hours: Hours | None) -> Phrase | Open:
    return Phrase("rule.any_hour") if hours is None else Open(hours)


def _capacity(capacity: Capacity | None) -> str:
    if capacity is None:
        return NOTHING
    every = Phrase(f"rule.per_{_EVERY[capacity.minutes]}", most=f"{capacity.most:,}")
    return Phrase("rule.takes", capacity=every)


def _offsets(offsets: Iterable[Offset]) -> str:
    places = tuple(_place(each) for each in offsets)
    plain = len(places) == 1 and places[0].key == "rule.same_day"
    return NOTHING if plain else Phrase("rule.offsets", places=places)


def _place(offset: Offset) -> Phrase:
    if not offset.count:
        return Phrase("rule.same_day")
    span = Span(Duration(abs(offset.count), "bd" if offset.business else "d"))
    return Phrase("rule.before" if offset.count < 0 else "rule.afterwards", span=span)


def _edge(day: int, minute: int) -> Phrase:
    time = _clock(minute)
    if not day:
        return Phrase("rule.edge", time=time)
    span = Span(Duration(abs(day), "d"))
    return Phrase("rule.edge_before" if day < 0 else "rule.edge_after", time=time, span=span)


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
