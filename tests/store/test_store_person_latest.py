"""Of somebody with a long history only the newest rows are read, and all of their consents."""

from __future__ import annotations

from tests.office import Office
from touchpoints.store.person import everything, latest


def test_the_newest_rows_come_in_their_order(office: Office) -> None:
    office.customer("C1")
    for number in range(7):
        office.owes("C1", f"L{number}", f"2026-12-{number + 1:02}")
        office.says("C1", "granted", f"2026-01-{number + 1:02}T10:00:00")
    with office.database.reading() as connection:
        some, all_of_it = latest(connection, 1, 3), everything(connection, 1)
    assert [row["ref"] for row in some["fact"]] == ["L4", "L5", "L6"]
    assert some["fact"] == all_of_it["fact"][-3:]
    assert some["consent"] == all_of_it["consent"]
    assert len(all_of_it["fact"]) == 7
