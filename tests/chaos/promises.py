"""The customer's side: opt-outs, hours, windows, caps and gap, judged from the world alone."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

from tests.chaos.designs import CAPS, CATEGORY_HOURS, GAP, HOURS, INSTALMENT, Cap
from tests.chaos.evidence import Delivery, Evidence
from tests.chaos.world import Person


def who_opted_out_is_left_alone(e: Evidence) -> list[str]:
    """No intent comes after the commit of an opt-out, except of what needs no consent."""
    since = {word.customer: word.at for word in e.world.words if word.what == "opted out"}
    return [
        f"{message.key} was tried at {attempt.began_at}, the opt-out was stored by {since[who.id]}"
        for who, message, attempt in e.intents()
        if message.design.category != "mandatory" and attempt.began_at > since.get(who.id, math.inf)
    ]


def who_paid_is_not_reminded(e: Evidence) -> list[str]:
    """No intent about an instalment comes after the commit of its payment."""
    since = {word.ref: word.at for word in e.world.words if word.what == "paid"}
    return [
        f"{message.key} was tried at {attempt.began_at}, the payment was stored by {paid}"
        for _, message, attempt in e.intents()
        if message.design.about == INSTALMENT
        and attempt.began_at > (paid := since.get(_ref(message.key), math.inf))
    ]


def nothing_goes_outside_the_hours(e: Evidence) -> list[str]:
    """Every intent is in the hours of its category and channel, and not in the customer's quiet."""
    found = []
    for who, message, attempt in e.intents():
        local = who.local(attempt.began_at)
        minute = local.hour * 60 + local.minute
        spans = [CATEGORY_HOURS[message.design.category]]
        # Refused on one channel it went by another: which one an attempt took is not on record.
        if message.channel is not None and message.failed is None:
            spans.append(HOURS[message.channel])
        outside = any(not first <= minute < last for first, last in spans)
        if outside or _is_quiet(who, minute):
            found.append(f"{message.key} was tried at {local:%Y-%m-%d %H:%M:%S} on their clock")
    return found


def nothing_goes_outside_its_window(e: Evidence) -> list[str]:
    """Every intent comes after its window opens and before it closes."""
    found = []
    for _, message, attempt in e.intents():
        open_, close = e.world.window(message.key)
        if not open_ <= attempt.began_at < close:
            found.append(f"{message.key} was tried at {attempt.began_at}, not in {open_}-{close}")
    return found


def caps_hold(e: Evidence) -> list[str]:
    """No message that obeys caps went out where the ledger had as many as the cap allows."""
    found = []
    for id_, deliveries in e.deliveries.items():
        who = e.world.people[id_]
        own = () if who.most is None else (Cap("own", who.most, days=1),)
        for cap in (*CAPS, *own):
            falling = [each for each in deliveries if _falls_under(each, cap)]
            found += [f"{words} breaks the cap {cap.name}" for words in _over(who, falling, cap)]
    return found


def the_gap_holds(e: Evidence) -> list[str]:
    """No message that obeys caps went out too soon after another one to the same customer."""
    return [
        f"{later.key} went out {later.began - before.began} s after {before.key}"
        for deliveries in e.deliveries.values()
        for before, later in pairwise(deliveries)
        if _obeys(later) and later.began - before.began < GAP
    ]


def _over(who: Person, falling: Sequence[Delivery], cap: Cap) -> Iterator[str]:
    for number, each in enumerate(falling):
        day = who.local(each.began).date()
        if cap.days:
            near = [
                it for it in falling[:number] if (day - who.local(it.began).date()).days < cap.days
            ]
        else:
            near = [it for it in falling[:number] if each.began - it.began < cap.hours * 3600]
        if len(near) >= cap.max and _obeys(each):
            yield f"{each.key} at {who.local(each.began)} after {[it.key for it in near]}"


def _falls_under(each: Delivery, cap: Cap) -> bool:
    wanted = ((cap.category, each.design.category), (cap.topic, each.design.topic))
    return all(it in {None, has} for it, has in (*wanted, (cap.channel, each.channel)))


def _obeys(each: Delivery) -> bool:
    return each.design.category != "mandatory"


def _is_quiet(who: Person, minute: int) -> bool:
    if who.quiet is None:
        return False
    first, last = (int(at[:2]) * 60 + int(at[3:]) for at in who.quiet.split("-"))
    return first <= minute < last if first < last else not last <= minute < first


def _ref(key: str) -> str:
    return key.split("/")[2].partition("@")[0]
