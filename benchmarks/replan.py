"""Replan one changed customer among a million, by ticks of the daemon; prints JSON.

    python benchmarks/replan.py [--customers 1000000] [--result FILE]

The workspace is that of `plan_a_million.py` with its plan stored, and what was due sent. A tick is
what the daemon does each minute: look whose plan may have changed, plan these anew, and store it in
one transaction. Timed are ticks after a change of one customer, ticks after nothing, and the ticks
of the hours in which a new day enters the horizon somewhere. The obvious way plans everybody anew.
"""

from __future__ import annotations

import random
import statistics
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from measuring import Result, apart, machine, measured, parser_of, report, was_one_way
from plan_a_million import AS_OF, fill

if TYPE_CHECKING:
    from touchpoints.store.database import Database

MINUTE = timedelta(minutes=1)
TICKS, HOURS = 200, 24


class Daemon:
    """What ticks in a workspace; what is due is noted as sent at once."""

    def __init__(self, folder: Path) -> None:
        from touchpoints.store.database import Database
        from touchpoints.workspace import load

        self.workspace = load(folder, {})
        self.database: Database = Database(self.workspace.database)

    def tick(self, now: datetime, *, anew: bool = False) -> None:
        """Plan those who changed, or everybody."""
        from touchpoints.engine.brief import Brief
        from touchpoints.engine.storing import store_plan
        from touchpoints.gates import GATES

        store_plan(self.database, Brief.of(self.workspace, now), GATES, anew=anew)

    def send(self, until: datetime) -> None:
        """Note as sent what is due until an instant."""
        from touchpoints.store.statements import write

        sql = (
            "UPDATE message SET state = 'accepted', sent_at = send_at"
            " WHERE state = 'planned' AND send_at < :until"
        )
        with self.database.writing() as connection:
            write(connection, sql, {"until": int(until.timestamp())})

    def change(self, no: int) -> None:
        """Note that a customer has changed, as an import does."""
        from touchpoints.store.changes import mark

        with self.database.writing() as connection:
            mark(connection, [no])

    def waiting(self) -> list[int]:
        """The customers for whom something is planned."""
        from touchpoints.store.statements import rows

        sql = "SELECT DISTINCT customer_no FROM message WHERE state = 'planned'"
        with self.database.reading() as connection:
            return [no for (no,) in rows(connection, sql)]


def anew(folder: Path) -> Result:
    """The obvious way: everybody is planned anew; the first time, and again when all is there."""
    daemon = Daemon(folder)
    with measured() as first:
        daemon.tick(AS_OF)
    daemon.send(AS_OF + MINUTE * 60)
    with measured() as again:
        daemon.tick(AS_OF + MINUTE, anew=True)
    return again | {"first_plan": first}


def ticks(folder: Path) -> Result:
    """Time ticks of each kind, one after another."""
    daemon, now = Daemon(folder), AS_OF + 2 * MINUTE
    waiting = daemon.waiting()
    numbers = random.Random(7).sample(waiting, TICKS)
    daemon.change(numbers[0])
    daemon.tick(now)  # the first one imports and compiles
    one, idle, hourly = list[Result](), list[Result](), list[Result]()
    with measured() as spent:
        for no in numbers:
            daemon.change(no)
            with timed(one):
                daemon.tick(now)
        for _ in range(TICKS):
            with timed(idle):
                daemon.tick(now)
        for hour in range(1, HOURS + 1):
            now = AS_OF + timedelta(hours=hour)
            daemon.send(now + 2 * MINUTE)
            daemon.tick(now)
            with timed(hourly):  # what opens at the full hour enters the horizon only now
                daemon.tick(now + MINUTE)
    return spent | {
        "customers_with_messages": len(waiting),
        "one_changed": spread(one),
        "nothing_changed": spread(idle),
        "on_the_hour": spread(hourly),
    }


@contextmanager
def timed(found: list[Result]) -> Iterator[None]:
    """Adds what a block took."""
    with measured(digits=6) as spent:
        yield
    found.append(spent)


def spread(found: Sequence[Result]) -> Result:
    """Median, quickest, slowest and ninth tenth in milliseconds, and the mean of user time."""
    wall = sorted(float(str(each["seconds"])) * 1000 for each in found)
    user = statistics.mean(float(str(each["user_seconds"])) * 1000 for each in found)
    return {
        "ticks": len(found),
        "median_ms": round(statistics.median(wall), 2),
        "least_ms": round(wall[0], 2),
        "ninth_tenth_ms": round(wall[len(wall) * 9 // 10], 2),
        "most_ms": round(wall[-1], 2),
        "mean_user_ms": round(user, 2),
    }


def main() -> None:
    """Fill, plan, tick, print one JSON object."""
    parser = parser_of(__doc__, WAYS)
    parser.add_argument("--customers", type=int, default=1_000_000)
    asked = parser.parse_args()
    if was_one_way(asked, WAYS):
        return
    with TemporaryDirectory() as temporary:
        folder = Path(temporary)
        fill(folder, asked.customers)
        found = {
            "obvious_way": apart(__file__, "anew", folder),
            "replan": apart(__file__, "ticks", folder),
        }
    report(machine() | {"customers": asked.customers} | found, asked.result)


WAYS = {"anew": anew, "ticks": ticks}

if __name__ == "__main__":
    main()
