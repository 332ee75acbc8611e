"""Consents that change in time: what was said, held against asking it anew at every instant."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import CATEGORIES, policy, touchpoint
from tests.office import Office, at, local, rounds
from touchpoints.channels.recording import RecordingChannel
from touchpoints.clock import FixedClock
from touchpoints.core.columns import DENIED, GRANTED
from touchpoints.core.rulebook import Rulebook
from touchpoints.engine.agreeing import agreements

NOW = 1_800_000_000
STEP = 600
RULES = Rulebook(policy(touchpoint("a", channels=("email", "sms")), categories=CATEGORIES))
Said = tuple[int, str, str, str, int, int | None]


def state_at(said: Sequence[Said], category: str, channel: str, instant: int) -> str | None:
    """What holds at an instant: the latest word wins, and denied beats granted at one instant.

    A denial that has run out was never said. A grant that has run out takes those before it along,
    but no denial.
    """
    heard = [
        each
        for each in sorted(said, key=lambda each: (each[4], each[3] == "denied"))
        if each[4] <= instant and each[1] in {channel, "*"} and each[2] in {category, "*"}
    ]
    said_last = [each for each in heard if each[3] == "granted" or not _over(each, instant)]
    ran_out = False
    for place, (*_, state, _, expires) in enumerate(reversed(said_last)):
        if expires is None or expires > instant:
            # Only the very last word, run out, takes back a grant that is older.
            return None if state == "granted" and ran_out else state
        ran_out = ran_out or place == 0
    return None


def _over(said: Said, instant: int) -> bool:
    return said[5] is not None and said[5] <= instant


def allows(category: str, state: str | None) -> bool:
    consent = CATEGORIES[category].consent
    if consent == "none":
        return True
    return state == "granted" if consent == "required" else state != "denied"


instants = st.integers(-6, 12).map(lambda tick: NOW + tick * STEP)
statements = st.tuples(
    st.just(7),
    st.sampled_from(["email", "sms", "*", "wechat"]),
    st.sampled_from(["marketing", "service", "*", "mandatory", "gone"]),
    st.sampled_from(["granted", "granted", "denied"]),
    instants,
    st.none() | instants,
)


@given(st.lists(statements, min_size=1, max_size=6))
def test_what_may_be_used_when_is_what_was_said_until_then(said: list[Said]) -> None:
    ordered = sorted(said, key=lambda each: (each[4], each[3] == "denied"))
    found = agreements(ordered, RULES, [7], NOW)
    words = {"granted": GRANTED, "denied": DENIED, None: 0}
    for k, category in enumerate(CATEGORIES):
        for c, channel in enumerate(RULES.channels):
            assert found.state[0, k, c] == words[state_at(said, category, channel, NOW)]
            spans = found.spans.get((0, k, c))
            expected = [
                allows(category, state_at(said, category, channel, instant))
                for instant in range(NOW, NOW + 14 * STEP, STEP // 2)
            ]
            if spans is None:
                assert len(set(expected)) == 1
                continue
            assert all(later[0] > sooner[1] for sooner, later in pairwise(spans))
            told = [
                any(start <= instant < end for start, end in spans)
                for instant in range(NOW, NOW + 14 * STEP, STEP // 2)
            ]
            assert told == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ([("granted", "2026-01-01", "2026-12-07T12:00")], "2026-12-07 09:00"),
        ([("granted", "2026-01-01", "2026-12-07T09:00")], "no_consent"),
        ([("granted", "2026-12-07T11:30", None)], "2026-12-07 11:30"),
        ([("granted", "2026-12-07T20:00", None)], "no_consent"),
        (
            [("denied", "2026-01-01", "2026-12-07T10:15"), ("granted", "2025-01-01", None)],
            "2026-12-07 10:15",
        ),
    ],
)
def test_the_preview_knows_until_when_a_consent_holds(
    office: Office, said: list[tuple[str, str, str | None]], expected: str
) -> None:
    office.customer(birthday="1990-12-07")
    for state, since, until in said:
        ends = {} if until is None else {"expires_at": at(until).isoformat()}
        office.says("C1", state, since, **ends)
    (line,) = office.preview("2026-12-05T08:00")
    assert (line.reason or local(line.send_at)) == expected


@pytest.mark.parametrize(("due", "sent"), [("2026-12-07T11:59", 1), ("2026-12-07T12:00", 0)])
def test_a_consent_that_ends_while_a_message_waits_is_kept_to_the_minute(
    office: Office, due: str, sent: int
) -> None:
    office.customer(birthday="1990-12-07")
    office.says("C1", "granted", "2026-01-01", expires_at=at("2026-12-07T12:00").isoformat())
    clock, box = FixedClock(at("2026-12-06T08:00")), RecordingChannel()
    loop = office.loop(clock, email=box)
    loop.start()
    loop.plan()
    rounds(loop, clock, due)
    assert len(box.messages) == sent
    assert office.states()["C1/greeting/2026"] == ["withheld: no_consent", "accepted"][sent]


@pytest.mark.parametrize(
    ("snooze", "expected"),
    [
        ("2026-12-07T10:30:00+08:00", "2026-12-07 10:30"),
        ("2026-12-07T07:00:00+08:00", "2026-12-07 09:00"),
        ("2026-12-07T20:00:00+08:00", "paused"),
        ("", "2026-12-07 09:00"),
    ],
)
def test_a_snooze_holds_everything_until_its_instant(
    office: Office, snooze: str, expected: str
) -> None:
    office.owes_as_new("C1")
    office.take("preferences", {"customer": "C1", "snooze_until": snooze})
    (line,) = office.preview("2026-12-06T21:00")
    assert (line.reason or local(line.send_at)) == expected
