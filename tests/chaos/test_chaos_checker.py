"""The checker can fail: each invariant is told of one thing that went wrong, and reports it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from tests.chaos.checking import INVARIANTS, violations
from tests.chaos.evidence import Evidence
from tests.chaos.history import history
from tests.chaos.ledger import Entry
from tests.chaos.outbox import Attempt, Standing, Step, Stored
from tests.chaos.watch import fell, vanished, went_back
from tests.chaos.world import START, Happening, Instalment, Person, Word, World

DAY = 86_400
NOON = int(START.timestamp()) // DAY * DAY + DAY + 4 * 3600
"""12:00 in Shanghai on the day after the start."""
NOTICE, ALARM, OVERDUE = "C1/notice/E1", "C1/alarm/E2", "C1/overdue/L1@1d"
GREETING, CLUB, NEWS = "C1/greeting/2026", "C1/club/2026", "C1/news/E3"
CHANNEL = {ALARM: "email", OVERDUE: "email"}
"""All others go by SMS."""


def world() -> World:
    """One customer in Shanghai: birthday on the 24th, three events, money due on the 27th."""
    person = Person("C1", "Asia/Shanghai", date(2006, 10, 24), ("sms",), "20:00-08:00", None)
    happened = {
        ref: Happening("C1", kind, ref, at)
        for ref, kind, at in (
            ("E1", "order", NOON + 2 * DAY - 60),
            ("E2", "alarm", NOON + DAY - 60),
            ("E3", "visit", NOON + 5 * DAY),
        )
    }
    return World({"C1": person}, {"L1": Instalment("C1", "L1", date(2026, 10, 27))}, happened)


def stored(key: str, state: str = "accepted", **fields: object) -> Stored:
    """A message that was accepted by SMS, unless said otherwise."""
    usual: dict[str, object] = {
        "channel": CHANNEL.get(key, "sms"),
        "sha256": f"hash of {key}",
        "fence": 1,
        "in_doubt": False,
        "failed": None,
        "merged_into": None,
    }
    return Stored(key, state, **(usual | fields))  # type: ignore[arg-type]


def tried(key: str, at: int, outcome: str | None = "accepted", number: int = 1) -> Attempt:
    """One attempt."""
    return Attempt(key, number, at, None if outcome is None else at + 1, outcome, f"hash of {key}")


def taken(key: str, at: int, *sections: str, channel: str = "") -> Entry:
    """One acceptance, a second after its intent."""
    channel = channel or CHANNEL.get(key, "sms")
    return Entry(channel, key, f"hash of {key}", "+86", at + 1.0, (key, *sections))


def good() -> Evidence:
    """A greeting with a section, an alarm, a notice and a reminder: all as it should be."""
    at = {GREETING: NOON, ALARM: NOON + DAY, NOTICE: NOON + 2 * DAY, OVERDUE: NOON + 4 * DAY}
    at[NEWS] = NOON + 5 * DAY + 60
    messages = [
        *(stored(key) for key in at),
        stored(CLUB, merged_into="greeting/2026", sha256=None),
        stored("C1/reminder/L1@-2d", "withheld", channel=None, sha256=None),
    ]
    steps = [
        step
        for each in messages
        for step in (Step(each.key, None, "planned"), Step(each.key, "planned", "claimed"))
    ]
    ends = [
        step
        for each in messages
        for step in (
            Step(each.key, "claimed", "sending"),
            Step(each.key, "sending", "accepted" if each.state == "accepted" else "withheld"),
        )
    ]
    return Evidence(
        world=world(),
        ledger=[taken(key, when, *([CLUB] if key == GREETING else [])) for key, when in at.items()],
        messages=messages,
        attempts={key: [tried(key, when)] for key, when in at.items()},
        end=NOON + 9 * DAY,
        seen=frozenset(each.key for each in messages),
        steps=steps + ends,
    )


def altered(key: str, **fields: object) -> Evidence:
    """All is well, but a message stands otherwise in the outbox."""
    e = good()
    messages = [replace(it, **fields) if it.key == key else it for it in e.messages]  # type: ignore[arg-type]
    return replace(e, messages=messages, steps=())


def attempted(key: str, *attempts: Attempt) -> Evidence:
    """All is well, but a message has other attempts."""
    e = good()
    return replace(e, attempts={**e.attempts, key: list(attempts)})


def told(word: str, ref: str, at: int) -> Evidence:
    """All is well, but the customer had said something before."""
    e = good()
    e.world.words.append(Word("C1", word, ref, at))
    return e


def copied(key: str, *entries: Entry) -> Evidence:
    """All is well, but the provider took more."""
    e = good()
    return replace(e, ledger=[*e.ledger, *entries])


def moved(key: str, seconds: int) -> Evidence:
    """All is well, but a message went out earlier or later."""
    e = good()
    (attempt,) = e.attempts[key]
    later = replace(attempt, began_at=attempt.began_at + seconds)
    ledger = [replace(it, at=it.at + seconds) if it.key == key else it for it in e.ledger]
    return replace(e, ledger=ledger, attempts={**e.attempts, key: [later]})


def by_other_bytes(key: str) -> Evidence:
    """A doubt, then other words."""
    first = tried(key, NOON, "in_doubt")
    return attempted(key, first, replace(tried(key, NOON + 60, number=2), sha256="other words"))


DOCTORED: dict[str, tuple[str, Callable[[], Evidence]]] = {
    "a message vanished": (
        "each_occurrence_has_one_state",
        lambda: replace(good(), seen=frozenset({"C1/notice/E9"})),
    ),
    "a message stands there twice": (
        "each_occurrence_has_one_state",
        lambda: replace(good(), messages=[*good().messages, stored(NEWS)]),
    ),
    "a birthday was forgotten": (
        "every_occurrence_is_decided",
        lambda: replace(
            good(), messages=[it for it in good().messages if it.key != CLUB], seen=frozenset()
        ),
    ),
    "one is still being sent": ("nothing_is_left_behind", lambda: altered(NOTICE, state="sending")),
    "one waits after its window": (
        "nothing_is_left_behind",
        lambda: altered(NOTICE, state="retry_wait"),
    ),
    "one was lost": (
        "accepted_is_in_the_ledger",
        lambda: replace(good(), ledger=[it for it in good().ledger if it.key != NOTICE]),
    ),
    "a section was lost": (
        "accepted_is_in_the_ledger",
        lambda: replace(good(), ledger=[replace(it, holds=(it.key,)) for it in good().ledger]),
    ),
    "other bytes went out": (
        "accepted_is_in_the_ledger",
        lambda: altered(NOTICE, sha256="other words"),
    ),
    "an acceptance without an attempt": (
        "the_ledger_is_accounted_for",
        lambda: attempted(NOTICE, tried(NOTICE, NOON, "temporary")),
    ),
    "one under hold went out twice": (
        "nobody_hears_it_twice",
        lambda: copied(ALARM, taken(ALARM, NOON + DAY + 60)),
    ),
    "one went out by two channels": (
        "nobody_hears_it_twice",
        lambda: copied(NOTICE, taken(NOTICE, NOON + 2 * DAY, channel="email")),
    ),
    "a section went out again by itself": (
        "nobody_hears_it_twice",
        lambda: copied(CLUB, taken(CLUB, NOON + 60)),
    ),
    "a copy that nobody counted": (
        "resends_are_counted",
        lambda: copied(NOTICE, taken(NOTICE, NOON + 2 * DAY + 60)),
    ),
    "a doubt that is not held": (
        "the_undecided_is_held",
        lambda: attempted(NEWS, tried(NEWS, NOON, "in_doubt")),
    ),
    "an attempt without an end": (
        "the_undecided_is_held",
        lambda: attempted(NEWS, tried(NEWS, NOON, None)),
    ),
    "held without a doubt": ("the_undecided_is_held", lambda: altered(NEWS, state="held")),
    "what was taken is planned": (
        "what_was_taken_is_final",
        lambda: altered(NEWS, state="planned"),
    ),
    "a doubt, then other words": ("one_key_has_one_hash", lambda: by_other_bytes(NOTICE)),
    "a step that there is not": (
        "the_audit_is_legal",
        lambda: replace(good(), steps=[*good().steps, Step(NEWS, "accepted", "planned")]),
    ),
    "an audit with a hole": (
        "the_audit_is_legal",
        lambda: replace(good(), steps=good().steps[:-1]),
    ),
    "a broken file": (
        "the_file_is_whole",
        lambda: replace(good(), damages=["row 7 missing from index"]),
    ),
    "a remark in mid-run": (
        "nothing_went_wrong_in_mid_run",
        lambda: replace(good(), remarks=["after kill 7: a fence fell"]),
    ),
    "one after an opt-out": (
        "who_opted_out_is_left_alone",
        lambda: told("opted out", "", NOON - 1),
    ),
    "one after the payment": ("who_paid_is_not_reminded", lambda: told("paid", "L1", NOON)),
    "one in the quiet hours": ("nothing_goes_outside_the_hours", lambda: moved(OVERDUE, 8 * 3600)),
    "one before the hours": ("nothing_goes_outside_the_hours", lambda: moved(GREETING, -4 * 3600)),
    "one after its close": ("nothing_goes_outside_its_window", lambda: moved(NOTICE, 2 * DAY)),
    "one before its window": ("nothing_goes_outside_its_window", lambda: moved(GREETING, -DAY)),
    "two of marketing within 36 hours": ("caps_hold", lambda: moved(NEWS, -4 * DAY)),
    "two within the gap": ("the_gap_holds", lambda: moved(ALARM, DAY - 60)),
}


def test_nothing_is_reported_where_all_is_well() -> None:
    assert violations(good()) == {}


@pytest.mark.parametrize("what", DOCTORED)
def test_the_checker_reports(what: str) -> None:
    invariant, evidence = DOCTORED[what]
    assert invariant in violations(evidence())


def test_every_invariant_is_seen_to_fail() -> None:
    assert {each.__name__ for each in INVARIANTS} == {name for name, _ in DOCTORED.values()}


def test_all_that_is_known_of_whom_a_broken_promise_names_is_told() -> None:
    told = history(good(), {"the_gap_holds": [f"{ALARM} went out 0 s after {GREETING}"]})
    assert told.startswith("Person(id='C1'")
    assert all(f"{kind}(" in told for kind in ("Stored", "Attempt", "Step", "Entry"))
    assert history(good(), {"the_file_is_whole": ["row 7 missing from index"]}) == ""


STANDS = {
    NOTICE: Standing("accepted", 2, in_doubt=False),
    NEWS: Standing("held", 1, in_doubt=True),
}


def test_a_fence_that_falls_is_reported() -> None:
    lower = STANDS | {NOTICE: Standing("accepted", 1, in_doubt=False)}
    assert list(fell(STANDS, STANDS)) == []
    assert list(fell(STANDS, lower)) == [f"the fence of {NOTICE} fell from 2 to 1"]


def test_a_message_that_is_gone_is_reported() -> None:
    assert list(vanished(set(STANDS), STANDS)) == []
    assert list(vanished({NOTICE}, {})) == [f"{NOTICE} is not in the outbox any more"]


@pytest.mark.parametrize(
    ("key", "channel", "stands", "fine"),
    [
        (NEWS, "sms", Standing("held", 1, in_doubt=True), True),
        (NEWS, "sms", Standing("sending", 1, in_doubt=False), True),
        (NEWS, "sms", Standing("retry_wait", 1, in_doubt=True), False),
        (NEWS, "sms", Standing("planned", 1, in_doubt=False), False),
        (NEWS, "push", Standing("retry_wait", 1, in_doubt=True), True),
        (NEWS, "push", Standing("retry_wait", 1, in_doubt=False), False),
        (NOTICE, "email", Standing("claimed", 1, in_doubt=True), True),
        (NOTICE, "email", Standing("withheld", 1, in_doubt=True), False),
    ],
)
def test_what_was_taken_waits_only_where_it_may_come_again(
    key: str, channel: str, stands: Standing, fine: bool
) -> None:
    assert (list(went_back({key: stands}, {key: channel})) == []) == fine


def test_what_was_taken_and_is_not_known_is_reported() -> None:
    assert list(went_back({}, {NEWS: "sms"})) == [f"{NEWS} was taken, and is not in the outbox"]
