"""Slots, rests and counts that several workers share: never more together than one alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from tests.office import Office
from touchpoints.core.breaker import Breaker
from touchpoints.core.pace import Rate, after, room
from touchpoints.store import breaker, ceilings, pace
from touchpoints.store.database import Database

NOW = 1_780_000_000
WORKERS = 4
RATE = Rate.parse("600 per minute")
DAY = 20_000


def together(office: Office, work: Callable[[Database], int]) -> list[int]:
    """What comes of the same work, done by all workers at once, each on its own connections."""
    databases = [Database(office.workspace.database) for _ in range(WORKERS)]
    try:
        with ThreadPoolExecutor(WORKERS) as pool:
            return list(pool.map(work, databases))
    finally:
        for each in databases:
            each.close()


def test_workers_who_take_slots_at_once_get_no_more_than_one_alone(office: Office) -> None:
    taken = Counter[int]()

    def work(database: Database) -> int:
        for second in range(NOW, NOW + 6):
            for _ in range(5):
                with database.writing() as connection:
                    pace.lock(connection, ["email"])
                    reserved = pace.reserved(connection, ["email"])["email"]
                    given = min(3, room(RATE, reserved, second))
                    pace.reserve(connection, {"email": after(RATE, reserved, second, given)})
                    taken[second] += given
        return 0

    together(office, work)
    assert set(taken.values()) == {10}


def test_workers_who_begin_at_once_count_each_attempt_of_a_day_once(office: Office) -> None:
    with office.database.writing() as connection:
        ceilings.recount(connection, DAY, 0)

    def work(database: Database) -> int:
        begun = 0
        for _ in range(20):
            with database.writing() as connection:
                begun += ceilings.count(connection, DAY, 50)
        return begun

    assert sum(together(office, work)) == 50
    with office.database.reading() as connection:
        assert ceilings.begun(connection, DAY) == 50


def test_an_attempt_that_did_not_begin_is_given_back_and_other_days_are_forgotten(
    office: Office,
) -> None:
    with office.database.writing() as connection:
        assert ceilings.begun(connection, DAY) is None
        ceilings.recount(connection, DAY, 0)
        assert ceilings.count(connection, DAY, 1) is True
        assert ceilings.count(connection, DAY, 1) is False
        ceilings.give_back(connection, DAY)
        assert ceilings.count(connection, DAY, 1) is True
        ceilings.recount(connection, DAY + 1, 0)
        assert ceilings.begun(connection, DAY) is None


def test_a_breaker_is_kept_with_its_last_answer_and_forgotten_when_it_closes(
    office: Office,
) -> None:
    opened = Breaker(3, 1, NOW + 30)
    with office.database.writing() as connection:
        breaker.keep(connection, "email", opened, "down")
        breaker.keep(connection, "email", opened.probing(NOW + 30))
        assert breaker.breakers(connection) == {"email": opened.probing(NOW + 30)}
        assert breaker.troubles(connection) == [("email", NOW + 30, "down")]
        breaker.keep(connection, "email", Breaker(), "taken")
        assert breaker.breakers(connection) == {}
