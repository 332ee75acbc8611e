"""What the store has of one person: no table is left out."""

from __future__ import annotations

from touchpoints.store.person import OWNED, SENT
from touchpoints.store.tables import metadata


def test_every_table_with_rows_about_a_person_is_told_and_erased() -> None:
    tables = metadata().tables.items()
    assert set(OWNED) == {name for name, table in tables if "customer_no" in table.columns}
    assert set(SENT) == {name for name, table in tables if "message_no" in table.columns}
