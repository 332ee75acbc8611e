"""Planning only whom something has changed for comes to the same as planning everybody anew."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.office import GATES, MAIL, Office, at
from touchpoints.channels.recording import RecordingChannel
from touchpoints.clock import FixedClock
from touchpoints.core.message import Outcome, Receipt
from touchpoints.engine.brief import Brief
from touchpoints.engine.replanning import scope_of
from touchpoints.engine.storing import store_plan
from touchpoints.store.changes import changes
from touchpoints.store.database import Database
from touchpoints.store.shares import shares
from touchpoints.store.statements import rows

POLICY = """\
name: Harbour Bank
timezone: Asia/Shanghai
country: CN
horizon: 7d
gap: 4h
channels:
  email: {transport: "null", from: "Harbour Bank <hello@harbour.example>", hours: "08:00-21:00"}
  sms: {transport: "null"}
categories:
  mandatory: {consent: none, obeys_caps: false}
  service: {consent: assumed}
  marketing: {consent: required}
caps:
  - {name: one-a-day, max: 1, per: 1d}
  - {name: marketing-weekly, max: 2, per: 7d, categories: [marketing]}
topics: {birthday: {losers: merge}}
touchpoints:
  greeting: &usual
    moment: {annual: birthday}
    window: {open: "0d 09:00", close: "0d 20:00"}
    category: marketing
    topic: birthday
    priority: 60
    channels: [email, sms]
    template: text
  present: {<<: *usual, priority: 50, window: {open: "0d 09:00", close: "2d 20:00"}}
  reminder:
    <<: *usual
    moment: {fact: instalment, offset: [-3bd, -1d]}
    category: service
    topic: payment
    priority: 90
    audience: "fact.status == 'open'"
  help: &help
    <<: *usual
    moment: {event: changed}
    category: service
    topic: help
    window: {open: "0d", close: "2d"}
  question: {<<: *help, moment: {after: help, delay: 1d}, window: {open: "0d", close: "3d"}}
  again: {<<: *help, moment: {lapsed: 7d, since: changed}, window: {open: "0d", close: "5d"}}
  letter: {<<: *usual, moment: {schedule: "FREQ=WEEKLY;BYDAY=MO"}, topic: letter, priority: 20}
"""
RESTLESS = (
    POLICY
    + """\
  rare:
    <<: *usual
    moment: {schedule: "FREQ=WEEKLY;BYDAY=TH"}
    topic: rare
    audience: "history.days_since > 3"
"""
)
"""With an audience that looks back, so that time alone changes who is meant."""
TEMPLATES = {
    "text/email.j2": MAIL.format(
        subject="Hello", text="Hello. {% for s in sections %}{{ s }}{% endfor %}"
    ),
    "text/sms.j2": "Hello.",
    "text/section.j2": "And hello.",
}
START = "2026-11-23T08:00"
WHO = ("C1", "C2", "C3")
ZONES = ("Asia/Shanghai", "America/New_York", "Pacific/Kiritimati", "")


def told(database: Database) -> dict[tuple[int, str, str], tuple[Any, ...]]:
    """What is planned, where and when, and what is withheld."""
    with database.reading() as connection:
        found = rows(
            connection,
            "SELECT customer_no, touchpoint, occurrence, state, channel, send_at, merged_into"
            " FROM message",
        )
    return {
        row[:3]: row[3:] if row[3] in {"planned", "retry_wait"} else (row[3], row[6])
        for row in found
    }


class Bank:
    """An office at work, whose every plan is compared with one made anew from the same state."""

    def __init__(self, folder: Path, policy: str) -> None:
        self.office = Office(folder, policy, TEMPLATES)
        self.clock = FixedClock(at(START))
        self.email = Moody("email", "email")
        self.loop = self.office.loop(self.clock, email=self.email)
        self.numbers = 0

    def number(self) -> int:
        self.numbers += 1
        return self.numbers

    def plan(self) -> None:
        """Plan who may have changed; everybody anew comes to the same."""
        anew = self.loop.database.copy()
        brief = Brief.of(self.office.workspace, self.clock.now())
        self.loop.plan()
        store_plan(anew, brief, GATES, anew=True)
        assert told(self.loop.database) == told(anew)
        anew.close()

    def day(self, ahead: int) -> str:
        return (self.clock.now() + timedelta(ahead)).date().isoformat()

    def instant(self, hours: int = 0) -> str:
        return (self.clock.now() + timedelta(hours=hours)).isoformat()

    def wait(self, minutes: int) -> None:
        self.clock.move_to(self.clock.now() + timedelta(minutes=minutes))

    def work(self, hours: int) -> None:
        """Hours of the daemon's work, looked at at last."""
        for _ in range(hours):
            self.wait(60)
            self.loop.plan()
            self.loop.deliver()


class Moody(RecordingChannel):
    """A channel that refuses every third message for good, and every fourth for a while."""

    def send(self, message: Any) -> Receipt:
        receipt = super().send(message)
        count = len(self.messages)
        if count % 3 == 0:
            return Receipt(Outcome.PERMANENT, "no such mailbox")
        return Receipt(Outcome.TEMPORARY, "later") if count % 4 == 0 else receipt


who, ahead = st.sampled_from(WHO), st.integers(0, 9)
Step = Callable[[Bank], object]
steps: st.SearchStrategy[Step] = st.one_of(
    st.builds(
        lambda c, n, z: (
            lambda bank: bank.office.customer(c, birthday="1990-" + bank.day(n)[5:], timezone=z)
        ),
        who,
        ahead,
        st.sampled_from(ZONES),
    ),
    st.builds(
        lambda c, s: lambda bank: bank.office.customer(c, status=s),
        who,
        st.sampled_from(["active", "blocked"]),
    ),
    st.builds(
        lambda c, ref, n, s: lambda bank: bank.office.owes(c, ref, bank.day(n), status=s),
        who,
        st.sampled_from(["L1", "L2"]),
        ahead,
        st.sampled_from(["open", "open", "paid"]),
    ),
    st.builds(
        lambda c, s, e: (
            lambda bank: bank.office.says(
                c, s, bank.instant(), **({"expires_at": bank.day(e)} if e > 5 else {})
            )
        ),
        who,
        st.sampled_from(["granted", "granted", "denied"]),
        ahead,
    ),
    st.builds(
        lambda c, n, most: (
            lambda bank: bank.office.take(
                "preferences",
                {"customer": c, "pause_from": bank.day(n), "pause_until": bank.day(n + 1)}
                if most is None
                else {"customer": c, "max": most, "per": "7d", "channels": "sms"},
            )
        ),
        who,
        ahead,
        st.sampled_from([None, 1, 2]),
    ),
    st.builds(
        lambda c: (
            lambda bank: bank.office.take(
                "events",
                {
                    "customer": c,
                    "kind": "changed",
                    "ref": f"E{bank.number()}",
                    "at": bank.instant(),
                },
            )
        ),
        who,
    ),
    st.builds(
        lambda c: (
            lambda bank: bank.office.take(
                "history", {"customer": c, "sent_at": bank.instant(), "category": "marketing"}
            )
        ),
        who,
    ),
    st.sampled_from(["letter", "present"]).map(
        lambda name: lambda bank: bank.office.pause(name, bank.instant())
    ),
    st.just(lambda bank: bank.office.resume("letter")),
    st.just(lambda bank: bank.loop.deliver()),
    st.sampled_from([1, 30, 30]).map(lambda hours: lambda bank: bank.work(hours)),
    st.sampled_from([1, 60, 600, 1440, 4320]).map(lambda minutes: lambda bank: bank.wait(minutes)),
    st.sampled_from([1, 60, 600, 1440, 4320]).map(lambda minutes: lambda bank: bank.wait(minutes)),
)


@pytest.mark.parametrize("policy", [POLICY, RESTLESS], ids=["restful", "restless"])
@settings(max_examples=8, deadline=None, derandomize=True)
@given(st.lists(steps, min_size=5, max_size=14))
def test_whom_something_has_changed_for_is_all_that_need_be_planned(
    policy: str, found: list[Step]
) -> None:
    with TemporaryDirectory() as folder:
        bank = Bank(Path(folder), policy)
        for number, name in enumerate(WHO):
            bank.office.customer(name, birthday=f"1990-11-2{number + 4}")
            bank.office.says(name, "granted", "2026-01-01T00:00")
            happened = {"customer": name, "kind": "changed", "ref": "E0"}
            bank.office.take("events", happened | {"at": bank.instant(-30 * number - 100)})
            bank.office.take("history", {"customer": name, "sent_at": bank.instant(-50 * number)})
        bank.plan()
        for step in found:
            step(bank)
            bank.plan()


def scope(office: Office, when: datetime) -> tuple[int, ...] | None:
    """Who is planned anew at an instant, None for everybody."""
    with office.database.reading() as connection:
        (share,) = shares(connection)
        return scope_of(connection, Brief.of(office.workspace, when), share).numbers


@pytest.fixture
def three(tmp_path: Path) -> Office:
    """Three customers, planned."""
    office = Office(tmp_path, POLICY, TEMPLATES)
    for name in WHO:
        office.customer(name)
        office.owes(name, "L1", "2026-12-20")
    office.plan(START)
    return office


def test_nobody_is_planned_while_nothing_happens(three: Office) -> None:
    assert scope(three, at(START) + timedelta(minutes=1)) == ()


def test_a_changed_customer_is_planned_alone(three: Office) -> None:
    three.owes("C2", "L1", "2026-12-21")
    assert scope(three, at(START) + timedelta(minutes=1)) == (2,)


def test_a_change_is_taken_note_of_until_it_is_planned(three: Office) -> None:
    three.owes("C2", "L1", "2026-12-21")
    three.preview(at(START))
    with three.database.reading() as connection:
        assert set(changes(connection, 1, None, 0).versions) == {2}
    three.plan(at(START) + timedelta(minutes=1))
    with three.database.reading() as connection:
        assert set(changes(connection, 1, None, 0).versions) == set()


EVERYBODY = (None, (1, 2, 3))
"""On a server, everybody of a share is named."""


def test_another_policy_or_a_pause_plans_everybody(three: Office) -> None:
    soon = at(START) + timedelta(minutes=1)
    three.pause("letter", START)
    assert scope(three, soon) in EVERYBODY
    three.plan(soon)
    assert scope(three, soon + timedelta(minutes=1)) == ()
    three.rule(POLICY.replace("max: 2", "max: 3"))
    assert scope(three, soon + timedelta(minutes=1)) in EVERYBODY


def test_a_clock_that_goes_back_plans_everybody(three: Office) -> None:
    assert scope(three, at(START) - timedelta(minutes=1)) in EVERYBODY


def test_those_whose_moments_enter_the_horizon_are_planned(three: Office) -> None:
    """The first reminder, three business days before 20 December, opens on Wednesday the 16th."""
    three.plan("2026-12-09T08:58")
    assert scope(three, at("2026-12-09T08:59")) == ()
    assert scope(three, at("2026-12-09T09:01")) == (1, 2, 3)
