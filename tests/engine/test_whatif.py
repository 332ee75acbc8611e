"""What if: two policies on the same customers, nothing changed, always the same part of many."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.office import Office, at
from touchpoints.engine import whatif
from touchpoints.engine.whatif import what_if
from touchpoints.store.sampling import sampled
from touchpoints.store.statements import rows
from touchpoints.workspace import Workspace

START = "2026-11-24T08:00:00"


def stricter(workspace: Workspace) -> Workspace:
    greeting = replace(workspace.policy.touchpoints["greeting"], enabled=False)
    touchpoints = {**workspace.policy.touchpoints, "greeting": greeting}
    return replace(workspace, policy=replace(workspace.policy, touchpoints=touchpoints))


def peopled(office: Office, count: int) -> None:
    ids = [f"C{number:03}" for number in range(count)]
    office.take(
        "customers",
        *(
            {"id": id_, "name": id_, "birthday": "1990-11-26", "email": f"{id_}@example.org"}
            for id_ in ids
        ),
    )
    granted = {"channel": "*", "category": "marketing", "state": "granted", "source": "web"}
    when = {"at": "2026-01-01T00:00:00Z"}
    office.take("consents", *({"customer": id_} | granted | when for id_ in ids))


def test_it_tells_what_goes_and_changes_nothing(office: Office) -> None:
    peopled(office, 5)
    before = {name: office.table(name) for name in ("message", "change", "share")}
    seen: list[float] = []
    outcome = what_if(
        office.database, office.workspace, stricter(office.workspace), at(START), seen.append
    )
    assert (outcome.comparison.total.here, outcome.comparison.total.there) == (5, 0)
    assert (outcome.asked, outcome.everybody) == (5, 5)
    assert seen == sorted(seen)
    assert (seen[0], seen[-1]) == (0.0, 1.0)
    assert {name: office.table(name) for name in before} == before


def test_whoever_is_told_how_far_it_is_can_stop_it(office: Office) -> None:
    peopled(office, 2)

    class StoppedError(Exception):
        pass

    def stop(done: float) -> None:
        if done > 0.1:
            raise StoppedError

    with pytest.raises(StoppedError):
        what_if(office.database, office.workspace, office.workspace, at(START), stop)


def test_of_many_always_the_same_are_looked_at_with_all_that_is_theirs(office: Office) -> None:
    peopled(office, 40)
    for number in range(40):
        office.owes(f"C{number:03}", "L", "2026-11-29")
    office.plan(START)
    found = []
    for _ in range(2):
        sample, everybody = sampled(office.database, 7)
        assert everybody == 40
        with sample.reading() as connection:
            ids = [id_ for (id_,) in rows(connection, "SELECT id FROM customer ORDER BY id")]
            for table in ("fact", "consent", "message"):
                owners = rows(connection, f"SELECT DISTINCT customer_no FROM {table}")
                assert len(owners) == 7, table
        sample.close()
        found.append(ids)
    assert found[0] == found[1]
    assert len(found[0]) == 7


def test_a_part_fares_as_it_does_among_all(office: Office) -> None:
    peopled(office, 30)
    office.plan(START)
    sample, _ = sampled(office.database, 10)
    outcome = what_if(sample, office.workspace, stricter(office.workspace), at(START), [].append)
    sample.close()
    assert (outcome.comparison.total.here, outcome.comparison.total.there) == (10, 0)
    assert whatif.MOST == 2_000
