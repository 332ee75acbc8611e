"""A folder, a database and a policy to import into, and what is then in the tables."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path
from typing import Any

from tests.databases import DATABASES
from touchpoints.core.policy import Category, ChannelRule, Policy, Touchpoint
from touchpoints.engine.importing import ImportRequest, import_file
from touchpoints.engine.records.summary import ImportSummary
from touchpoints.moments.annual import Annual
from touchpoints.store.database import Database

SHARED = Path(__file__).resolve().parents[1].parent / "shared" / "data"
"""Data that nobody here wrote; tests that need it are skipped where it is not there."""

NO_SHARED = f"the folder {SHARED.parent.name}/{SHARED.name} is not beside this checkout"
TODAY = date(2026, 11, 22)
TABLES = ("customer", "fact", "event", "consent", "preference", "history")

POLICY = Policy(
    timezone="Asia/Shanghai",
    channels={name: ChannelRule(name) for name in ("email", "sms", "wechat")},
    categories={name: Category(name) for name in ("service", "marketing")},
    touchpoints={
        "years-with-us": Touchpoint(
            "years-with-us", Annual(annual="since"), "service", ("years",), ("email",)
        )
    },
)


class Desk:
    """Imports files into one database and shows what came of it."""

    def __init__(self, folder: Path, policy: Policy = POLICY) -> None:
        self.folder = folder
        self.policy = policy
        self.database = Database(DATABASES.url(folder), folder)

    def write(self, content: str | bytes, name: str = "in.csv") -> Path:
        """A file with this content."""
        file = self.folder / name
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return file

    def take(
        self, kind: str, content: str | bytes, name: str = "in.csv", **options: Any
    ) -> ImportSummary:
        """Import a file with this content."""
        return self.take_file(kind, self.write(content, name), **options)

    def take_file(self, kind: str, file: Path, **options: Any) -> ImportSummary:
        """Import a file."""
        request = ImportRequest(kind=kind, file=file, today=TODAY, **options)
        return import_file(request, self.database, self.policy)

    def table(self, name: str) -> list[dict[str, Any]]:
        """The rows of a table in the order in which they were made, empty columns left out."""
        with self.database.reading() as connection:
            found = connection.exec_driver_sql(f"SELECT * FROM {name} ORDER BY 1")
            return [
                {column: value for column, value in row.items() if value is not None}
                for row in found.mappings()
            ]

    def tables(self) -> dict[str, list[dict[str, Any]]]:
        """Everything that an import can write."""
        return {name: self.table(name) for name in TABLES}

    def customer(self, content: str | bytes, **options: Any) -> dict[str, Any]:
        """The one customer of a file that is stored whole."""
        summary = self.take("customers", content, **options)
        assert summary.rejected == ()
        (row,) = self.table("customer")
        return row

    def rejects(self, name: str = "in.csv") -> list[list[str]]:
        """The file of rejected rows, without its header; nothing where there is no file."""
        file = self.folder / f"{name}.rejected.csv"
        if not file.exists():
            return []
        with file.open(encoding="utf-8", newline="") as text:
            return list(csv.reader(text))[1:]


def counts(summary: ImportSummary) -> tuple[int, int, int, int, int]:
    """Read, new, changed, unchanged, rejected."""
    return (
        summary.read,
        summary.new,
        summary.changed,
        summary.unchanged,
        summary.rejections,
    )


def reasons(tallies: Any) -> list[str]:
    """The reasons of rejections or warnings."""
    return [tally.reason for tally in tallies]


def attributes(row: dict[str, Any]) -> dict[str, Any]:
    """The attributes of a stored row."""
    found: dict[str, Any] = json.loads(row.get("attributes", "{}"))
    return found
