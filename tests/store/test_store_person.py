"""What the store has of one person: no table is left out."""

from __future__ import annotations

from touchpoints.engine.disclosing import DAYS, INSTANTS, SWITCHES
from touchpoints.store.erasing import KEPT
from touchpoints.store.person import OWNED, SENT
from touchpoints.store.tables import metadata


def test_every_table_with_rows_about_a_person_is_told_and_erased() -> None:
    tables = metadata().tables.items()
    assert set(OWNED) == {name for name, table in tables if "customer_no" in table.columns}
    assert set(SENT) == {name for name, table in tables if "message_no" in table.columns}


def test_what_is_kept_of_somebody_erased_are_columns_that_there_are() -> None:
    tables = metadata().tables
    for table, kept in KEPT.items():
        assert set(kept) <= set(tables[table].columns.keys()), table


def test_every_number_that_is_a_day_or_an_instant_is_told_as_a_date() -> None:
    told = INSTANTS | DAYS | SWITCHES
    plain = {"no", "customer_no", "message_no", "number", "max", "attempts", "fence"}
    plain |= {"version", "planned", "birth_year", "birth_month_day", "score"}
    for table in ("customer", *OWNED, *SENT):
        numbers = {
            column.name
            for column in metadata().tables[table].columns
            if column.type.python_type in {int, float, bool}
        }
        assert numbers <= told | plain, table
