"""What would have to change for a withheld message to go out, told for each reason code."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from touchpoints.core.calendar import date_of, zone_clock
from touchpoints.core.columns import DENIED
from touchpoints.core.limitwords import message_in_words
from touchpoints.core.notime import no_time
from touchpoints.core.phrase import Phrase, Span
from touchpoints.core.refused import Refused


def changes(refused: Refused) -> tuple[str, ...]:
    """Sentences, any of which may open a way: those of the reason first, then of other channels."""
    others = (each.gate for each in refused.findings if not each.passed)
    told: list[str] = []
    for code in dict.fromkeys([refused.decision.reason or "", *others]):
        family = code.partition(":")[0]
        tell = CHANGES.get(code) or CHANGES.get(family) or _other
        told += tell(refused, code)
    return tuple(dict.fromkeys(told))


def _disabled(refused: Refused, _code: str) -> Iterator[Phrase]:
    name = refused.design.name
    if not refused.design.enabled:
        yield Phrase("change.enable", touchpoint=name)
    if name in refused.case.rulebook.paused:
        yield Phrase("change.resume", touchpoint=name)


def _blocked(refused: Refused, _code: str) -> Iterator[Phrase]:
    yield Phrase("change.status", status=str(refused.case.customers.status[refused.customer]))


def _audience(refused: Refused, _code: str) -> Iterator[Phrase]:
    parts = refused.known.audiences.get((refused.design.name, refused.decision.occurrence), ())
    if not parts:
        yield Phrase("change.audience", part=refused.design.audience)
    for part in parts:
        values = tuple(_value(name, value) for name, value in part.values.items())
        key = "change.audience_is" if values else "change.audience"
        yield Phrase(key, part=part.expression, values=values)


def _value(name: str, value: object) -> Phrase:
    if value is None:
        return Phrase("value_unknown", field=name)
    return Phrase("value", field=name, value=repr(value) if isinstance(value, str) else str(value))


def _holdout(refused: Refused, _code: str) -> Iterator[Phrase]:
    yield Phrase("change.holdout", touchpoint=refused.design.name)


def _no_consent(refused: Refused, code: str) -> Iterator[Phrase]:
    rules, category = refused.case.rulebook, refused.design.category
    for finding in refused.failing(code):
        place = rules.category_number[category], rules.channel_number[finding.channel]
        denied = refused.case.customers.consent[refused.customer][place] == DENIED
        said = refused.known.consents.get((category, finding.channel))
        about = {"category": category, "channel": finding.channel}
        if said is not None and denied:
            yield Phrase("change.consent_since", **about, at=refused.when(said.at))
        elif said is not None and said.state == "lapsed":
            yield Phrase("change.consent_lapsed", **about, at=refused.when(said.at))
        else:
            yield Phrase("change.consent_denied" if denied else "change.consent", **about)


def _no_address(refused: Refused, code: str) -> Iterator[Phrase]:
    for finding in refused.failing(code):
        address = refused.known.addresses.get(finding.channel)
        if address is not None and address.bad is not None:
            yield Phrase("change.address_bad", channel=finding.channel, address=address.bad)
        elif address is None or address.kind == "other":
            yield Phrase("change.address", channel=finding.channel)
        else:
            yield Phrase(f"change.address_{address.kind}", channel=finding.channel)


def _paused(refused: Refused, _code: str) -> Iterator[Phrase]:
    until = refused.wishes.pause_until
    if until is None:
        yield Phrase("change.pause")
    else:
        yield Phrase("change.pause_until", last=date_of(until))


def _limit(refused: Refused, code: str) -> Iterator[Phrase]:
    clock = zone_clock(refused.decision.zone)
    met = dict.fromkeys(rival for each in refused.failing(code) for rival in each.met)
    planned = tuple(
        message_in_words(rival.touchpoint, rival.at, clock) for rival in met if not rival.sent
    )
    if planned:
        key = "change.without_one" if len(planned) == 1 else "change.without"
        yield Phrase(key, messages=planned)
    at = refused.decision.next_allowed
    if at is not None and code == refused.decision.reason:
        if at >= refused.closes:
            yield Phrase("change.room", at=refused.when(at), closes=refused.when(refused.closes))
        elif refused.design.on_cap == "drop":
            yield Phrase("change.room_defer", at=refused.when(at))


def _own(refused: Refused, code: str) -> Iterator[Phrase]:
    cap = refused.wishes.own_cap
    if cap is not None:
        yield Phrase("change.own", max=cap.max, per=Span(cap.per))
    yield from _limit(refused, code)


def _capacity(refused: Refused, code: str) -> Iterator[Phrase]:
    name, at = code.partition(":")[2], refused.decision.next_allowed
    if at is not None:
        yield Phrase("change.capacity_at", name=name, at=refused.when(at))
    yield Phrase("change.capacity", name=name)


def _merged(_refused: Refused, _code: str) -> Iterator[Phrase]:
    yield Phrase("change.merged")


def _shadow(_refused: Refused, _code: str) -> Iterator[Phrase]:
    yield Phrase("change.shadow")


def _other(refused: Refused, code: str) -> Iterator[Phrase]:
    details = [each.detail for each in refused.failing(code)] or [refused.decision.detail or code]
    for detail in details:
        yield Phrase("change.other", code=code, detail=detail)


Tell = Callable[[Refused, str], Iterator[Phrase]]

CHANGES: Mapping[str, Tell] = {
    "disabled": _disabled,
    "blocked": _blocked,
    "audience": _audience,
    "holdout": _holdout,
    "no_consent": _no_consent,
    "no_address": _no_address,
    "paused": _paused,
    "no_time": no_time,
    "cap:own": _own,
    "cap": _limit,
    "gap": _limit,
    "capacity": _capacity,
    "merged": _merged,
    "shadow": _shadow,
}
"""By code, or by its part before the colon; a code of another package tells its detail."""
