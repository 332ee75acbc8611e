"""Nothing lost, nothing twice: what must hold between outbox and ledger, each told in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from tests.chaos.evidence import Evidence
from tests.chaos.outbox import Attempt
from tests.chaos.provider import KEY_LIFE, KEYED
from tests.chaos.world import START
from touchpoints.core.message import TRANSITIONS, State

Invariant = Callable[[Evidence], list[str]]

WENT = {"accepted", "delivered", "bounced", "undelivered"}
_MAYBE = {"accepted", "in_doubt", None}
"""Outcomes of attempts that may have put a message into the ledger."""
_GRACE = 3600
"""Seconds of the world between two ticks at its end; what closes within them may still wait."""


def each_occurrence_has_one_state(e: Evidence) -> list[str]:
    """Each occurrence that was ever planned is in exactly one state."""
    counts = Counter(each.key for each in e.messages)
    twice = [f"{key} stands in the outbox {n} times" for key, n in counts.items() if n > 1]
    gone = [f"{key} has vanished from the outbox" for key in sorted(e.seen - set(counts))]
    states = set(State)
    odd = [f"{it.key} is {it.state}" for it in e.messages if it.state not in states]
    return twice + gone + odd


def every_occurrence_is_decided(e: Evidence) -> list[str]:
    """Whatever became due in the world has a decision in the outbox: nothing is forgotten."""
    paid = {word.ref for word in e.world.words if word.what == "paid"}
    found = []
    for key in e.world.occurrences():
        open_, close = e.world.window(key)
        ref = key.split("/")[2].partition("@")[0]
        over = START.timestamp() + _GRACE < close < e.end - _GRACE
        if over and key not in e.outbox and ref not in paid:
            found.append(f"{key} was due between {open_:.0f} and {close:.0f}, and nobody decided")
    return found


def nothing_is_left_behind(e: Evidence) -> list[str]:
    """At the end nothing is claimed, being sent or in doubt, and nothing waits after its window."""
    stuck = [it for it in e.messages if it.state in {"claimed", "sending", "in_doubt"}]
    waits = [it for it in e.messages if it.state in {"planned", "retry_wait"}]
    late = [it for it in waits if e.world.window(it.key)[1] < e.end - _GRACE]
    return [f"{it.key} is still {it.state}" for it in (*stuck, *late)]


def accepted_is_in_the_ledger(e: Evidence) -> list[str]:
    """What the outbox calls accepted was taken by the provider, with these very bytes."""
    found = []
    for it in e.messages:
        if it.state not in WENT:
            continue
        if it.key not in e.copies:
            found.append(f"{it.key} is {it.state}, and the provider never took it")
        elif it.home is None and it.sha256 not in {each.sha256 for each in e.taken[it.key]}:
            found.append(f"{it.key} was taken with other bytes than are stored")
    return found


def the_ledger_is_accounted_for(e: Evidence) -> list[str]:
    """Behind each acceptance stands an attempt that may have made it, and none was made up."""
    found = []
    for key in e.taken.keys() | e.attempts.keys():
        outcomes = Counter(each.outcome for each in e.attempts.get(key, ()))
        taken, sure = len(e.taken.get(key, ())), outcomes["accepted"]
        may = sum(outcomes[each] for each in _MAYBE)
        if not sure <= taken <= may:
            found.append(f"{key} was taken {taken} times; its attempts say {dict(outcomes)}")
    return found


def nobody_hears_it_twice(e: Evidence) -> list[str]:
    """Each occurrence reaches its customer once at most, unless `resend` was chosen."""
    found = []
    for key, copies in e.copies.items():
        channels = {each.channel for each in copies}
        dead = copies[-1].at - copies[0].at >= KEY_LIFE
        may = e.outbox[key].design.resend if key in e.outbox else False
        may = may and (dead or KEYED not in channels)
        if len(channels) > 1:
            found.append(f"{key} reached its customer by {', '.join(sorted(channels))}")
        elif len(copies) > 1 and not may:
            found.append(f"{key} reached its customer {len(copies)} times by {copies[0].channel}")
    return found


def resends_are_counted(e: Evidence) -> list[str]:
    """Before each copy but the first, the outbox has an attempt that it calls in doubt."""
    found = []
    for key, entries in e.taken.items():
        doubts = [each.outcome for each in e.attempts.get(key, ())].count("in_doubt")
        if len(entries) - 1 > doubts:
            found.append(f"{key} was taken {len(entries)} times, with {doubts} in doubt")
    return found


def the_undecided_is_held(e: Evidence) -> list[str]:
    """What may or may not have gone out and is not tried again is listed as held, nothing else."""
    found = []
    for key, tries in e.attempts.items():
        state, last = e.outbox[key].state, tries[-1].outcome
        if last == "in_doubt" and state not in {"held", "retry_wait"}:
            found.append(f"{key} ended in doubt, and is {state}")
        if last is None:
            found.append(f"{key} has an attempt without an end, and is {state}")
    for it in e.messages:
        tries = e.attempts.get(it.home or it.key, ())
        if it.state == "held" and all(each.outcome != "in_doubt" for each in tries):
            found.append(f"{it.key} is held, and no attempt was in doubt")
    return found


def what_was_taken_is_final(e: Evidence) -> list[str]:
    """What is in the ledger is not planned, withheld, cancelled, expired or rejected at the end."""
    fine = WENT | {"held", "retry_wait"}
    return [
        f"{key} was taken by the provider, and is {e.outbox[key].state}"
        for key in e.copies
        if key in e.outbox and e.outbox[key].state not in fine
    ]


def one_key_has_one_hash(e: Evidence) -> list[str]:
    """Once an attempt may have got through, every later one has its bytes; so has every copy."""
    found = []
    for key, tries in e.attempts.items():
        hashes = _after_a_doubt(tries)
        if len(hashes) > 1:
            found.append(f"{key} was tried with {len(hashes)} different contents after a doubt")
    for key, entries in e.taken.items():
        if len({each.sha256 for each in entries}) > 1:
            found.append(f"{key} was taken with different contents")
    return found


def the_audit_is_legal(e: Evidence) -> list[str]:
    """Each row of the audit is a step that the state machine allows, and begins where it stood."""
    found, stands = [], dict[str, str]()
    for step in e.steps:
        if step.was is not None and step.became not in TRANSITIONS.get(State(step.was), ()):
            found.append(f"{step.key} went from {step.was} to {step.became}")
        if step.was != stands.get(step.key):
            found.append(f"{step.key} was {stands.get(step.key)}, its audit says {step.was}")
        stands[step.key] = step.became
    ends = {it.key: it.state for it in e.messages} if e.steps else {}
    wrong = [key for key, state in ends.items() if stands.get(key) != state]
    return found + [f"{key} is {ends[key]}, its audit ends with {stands.get(key)}" for key in wrong]


def the_file_is_whole(e: Evidence) -> list[str]:
    """The database finds nothing wrong with itself."""
    return list(e.damages)


def nothing_went_wrong_in_mid_run(e: Evidence) -> list[str]:
    """After every kill fences only grow, nothing vanishes, and what was taken does not wait."""
    return list(e.remarks)


def _after_a_doubt(tries: Sequence[Attempt]) -> set[str]:
    first = next((n for n, each in enumerate(tries) if each.outcome == "in_doubt"), len(tries))
    return {each.sha256 for each in tries[first:]}
