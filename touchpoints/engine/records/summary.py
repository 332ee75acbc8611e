"""What became of an imported file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from touchpoints.engine.records.findings import Tally


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """What became of a file: `read` = `new` + `changed` + `unchanged` + `rejected` rows.

    `rejects_file` holds the rejected rows; None where there are none, and in a dry run. `closed`
    counts the facts that a full file does not have any more; it is None where nothing was to be
    closed, or nothing was because of `unreadable` rows, which may stand for any fact.
    """

    kind: str
    read: int
    new: int
    changed: int
    unchanged: int
    rejected: tuple[Tally, ...]
    warned: tuple[Tally, ...]
    rejects_file: Path | None
    closed: int | None = None
    unreadable: int = 0

    @property
    def rejections(self) -> int:
        """How many rows were rejected."""
        return sum(tally.count for tally in self.rejected)

    @property
    def warnings(self) -> int:
        """How many warnings there are."""
        return sum(tally.count for tally in self.warned)
