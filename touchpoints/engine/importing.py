"""Importing a file: every row is stored or rejected with a reason, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from touchpoints.core.policy import Policy
from touchpoints.engine.records.completeness import Completeness, Whole
from touchpoints.engine.records.csv_rows import CsvRows
from touchpoints.engine.records.dates import Dates
from touchpoints.engine.records.facts import FACTS
from touchpoints.engine.records.intake import Intake, Progress
from touchpoints.engine.records.json_rows import JsonRows
from touchpoints.engine.records.kind import Rules
from touchpoints.engine.records.kinds import find_kind
from touchpoints.engine.records.layout import Layout
from touchpoints.engine.records.lines import Lines, opened
from touchpoints.engine.records.rejects import Rejects
from touchpoints.engine.records.summary import ImportSummary
from touchpoints.errors import UsageError
from touchpoints.store.database import Database
from touchpoints.store.dialect import IMPORTS, dialect_of
from touchpoints.store.marks import Erased


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """What to import and how to read it.

    `maps` goes from our columns to those of the file, `sets` from our columns to a value for every
    row. `email_channels` are the channels whose `address.CHANNEL` is an e-mail address. A birthday
    after `today` is remarked on. `whole` says that the file has all facts of a kind.
    """

    kind: str
    file: Path
    today: date
    maps: Mapping[str, str] = field(default_factory=dict)
    sets: Mapping[str, str] = field(default_factory=dict)
    date_format: str | None = None
    encoding: str | None = None
    email_channels: frozenset[str] = frozenset({"email"})
    dry_run: bool = False
    whole: Whole | None = None


def import_file(
    request: ImportRequest,
    database: Database,
    policy: Policy,
    progress: Progress = lambda _: None,
) -> ImportSummary:
    """Store the rows of a file, all in one transaction; on a failure nothing is stored.

    `progress` is told how many bytes are read. A dry run does the same and takes it back. Raises
    UsageError for a file that cannot be read at all, StoreError for a database that cannot be
    written.
    """
    kind = find_kind(request.kind)
    completeness = _completeness(request)
    otherwise = {} if completeness is None else {"kind": completeness.whole.kind}
    layout = Layout(kind, request.maps, request.sets, otherwise)
    dates = Dates(policy.timezone, request.date_format)
    rules = Rules.of(policy, dates, request.email_channels, request.today)
    with opened(request.file, request.encoding) as (lines, below):
        source = _rows(lines, layout)
        if not request.dry_run or database.exists():
            database.prepare()
        with (
            Rejects(request.file, source.header, dry_run=request.dry_run) as rejects,
            database.writing() as connection,
        ):
            dialect_of(connection).lock(connection, IMPORTS)
            erased = Erased.of(connection, database.key_file)
            intake = Intake(connection, kind, rules, rejects, erased, completeness)
            intake.take_all(source, below, progress)
            intake.remark(source)
            intake.close_the_others()
            intake.note()
            summary = intake.summary()
            if request.dry_run:
                connection.rollback()
            rejects.keep()
    return summary


def _completeness(request: ImportRequest) -> Completeness | None:
    if request.whole is None:
        return None
    if request.kind != FACTS.name:
        raise UsageError(f"--full goes with facts; {request.kind} are never closed by a file")
    return Completeness(replace(request.whole, kind=request.whole.kind.strip()))


def _rows(lines: Lines, layout: Layout) -> CsvRows | JsonRows:
    suffix = lines.file.suffix.lower()
    first = lines.head().lstrip()[:1]
    if suffix in {".jsonl", ".ndjson"} or first == "{":
        return JsonRows(lines, layout)
    if suffix == ".json":
        raise UsageError(f"{lines.file}: expected one JSON object a line, or CSV with a header")
    return CsvRows.of(lines, layout)
