"""S46: a plan asks the database a fixed number of questions, however many customers there are.

And each question costs as much more as there are more customers, when they are planned, judged once
more and written to.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from tests.office import POLICY, Office, at
from touchpoints.clock import FixedClock
from touchpoints.engine.brief import Brief
from touchpoints.engine.gathering import gather
from touchpoints.store.database import Database

DESIGN = """\
  {name}:
    moment: {moment}
    window: {{open: "0d 09:00", close: "1d 20:00"}}
    category: service
    channels: [email, sms]
    audience: "{audience}"
    template: greeting
"""
MOMENTS = {
    "hint": ("{event: parcel-left, offset: 1d}", "event.ref != 'E'"),
    "miss-you": ("{lapsed: 2d, since: parcel-left}", "history.count < 10"),
    "follow-up": ("{after: hint, delay: 1d}", "true"),
    "letter": ("{schedule: 'FREQ=MONTHLY;BYMONTHDAY=9'}", "customer.tier == 'gold'"),
}
SHARED = "caps: [{name: weekly, max: 3, per: 7d}, {name: phone, max: 1, per: 7d, by: address}]"
RULES = POLICY.replace("caps: []", SHARED).replace("offset: -3d", "offset: [-3bd, -1d]") + "".join(
    DESIGN.format(name=name, moment=moment, audience=audience)
    for name, (moment, audience) in MOMENTS.items()
)
NOW = at("2026-12-07T08:00")


def filled(folder: Path, count: int, rules: str = RULES) -> Office:
    """So many customers with a birthday, an instalment, an event, words, wishes and history."""
    folder.mkdir()
    office, people = Office(folder, rules), [f"C{number:04}" for number in range(count)]
    office.take(
        "customers",
        *(
            {
                "id": id_,
                "name": id_,
                "birthday": "1990-12-08",
                "email": f"{id_}@example.org",
                "tier": "gold",
            }
            | {"country": ("CN", "US", "CZ")[number % 3], "phone": f"+86138{number // 2:08}"}
            for number, id_ in enumerate(people)
        ),
    )
    debt = {"kind": "instalment", "date": "2026-12-11", "status": "open", "amount": "5"}
    debt["currency"] = "CNY"
    office.take("facts", *({"customer": id_, "ref": "L1"} | debt for id_ in people))
    event = {"kind": "parcel-left", "ref": "E1", "at": "2026-12-06T12:00:00Z"}
    office.take("events", *({"customer": id_} | event for id_ in people))
    word = {"channel": "*", "category": "*", "state": "granted", "at": "2026-01-01T00:00:00Z"}
    office.take("consents", *({"customer": id_} | word for id_ in people))
    office.take("preferences", *({"customer": id_, "quiet_hours": "22:00-07:00"} for id_ in people))
    sent = {"sent_at": "2026-12-05T12:00:00Z", "channel": "email", "category": "service"}
    office.take("history", *({"customer": id_} | sent for id_ in people))
    return office


def questions(office: Office, brief: Brief) -> tuple[int, int]:
    """How many statements gathering runs, and for how many candidates, as the database sees it."""
    said: list[str] = []
    with Database(f"sqlite:///{office.folder}/touchpoints.db").reading() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.set_trace_callback(said.append)
        found = gather(connection, brief)
        driver.set_trace_callback(None)
    return len(said), len(found.situation.candidates)


@pytest.fixture
def offices_of(tmp_path: Path) -> Callable[[int], Office]:
    """Makes a workspace of so many customers."""
    return lambda count: filled(tmp_path / f"of-{count}", count)


@pytest.mark.sqlite
def test_a_plan_of_800_customers_asks_as_often_as_one_of_10(
    offices_of: Callable[[int], Office],
) -> None:
    asked = {}
    for count in (10, 800):
        office = offices_of(count)
        office.plan(NOW)
        asked[count] = questions(office, Brief.of(office.workspace, NOW))
        assert asked[count][1] >= 4 * count
    assert asked[10][0] == asked[800][0]


@pytest.mark.sqlite
def test_a_plan_for_some_of_them_asks_as_often_however_many_they_are(
    offices_of: Callable[[int], Office],
) -> None:
    office = offices_of(600)
    brief = Brief.of(office.workspace, NOW)
    few, many = (replace(brief, numbers=tuple(range(1, count))) for count in (4, 500))
    assert questions(office, few)[0] == questions(office, many)[0]


STEPS = 500
"""Steps of SQLite's machine between two counts."""


def work(office: Office, days: int) -> tuple[int, int]:
    """How many steps of its machine SQLite takes for some days of ticks, and what is sent."""
    taken = 0

    def count() -> int:
        nonlocal taken
        taken += 1
        return 0

    def watch(connection: Any, _record: object) -> None:
        connection.set_progress_handler(count, STEPS)

    clock, sent = FixedClock(NOW), 0
    event.listen(Engine, "connect", watch)
    try:
        loop = office.loop(clock)
        for day in range(days):
            clock.move_to(NOW + timedelta(days=day, hours=2))
            loop.plan()
            sent += loop.deliver().accepted
    finally:
        event.remove(Engine, "connect", watch)
    return taken * STEPS, sent


@pytest.mark.sqlite
def test_planning_and_sending_takes_as_much_more_work_as_there_are_customers(
    tmp_path: Path,
) -> None:
    free = RULES.replace(SHARED, "caps: []")
    (few, fewer), (many, more) = (
        work(filled(tmp_path / f"of-{count}", count, free), 4) for count in (100, 600)
    )
    assert fewer >= 600
    assert more == 6 * fewer
    # Six times as much by rows, and somewhat more by the depth of the trees they stand in.
    assert many < 7 * few, (few, many)
