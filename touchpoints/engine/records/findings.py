"""What is said about the rows of a file, counted by reason."""

from __future__ import annotations

from dataclasses import dataclass, field

EXAMPLES = 5
REASONS = 200
FURTHER = "further reasons"


@dataclass(frozen=True, slots=True)
class Example:
    """One row that a reason is about; `id` is the customer's, as far as it could be read."""

    line: int
    id: str | None


@dataclass(frozen=True, slots=True)
class Tally:
    """A reason, how many rows it is about, and the first of them."""

    reason: str
    count: int
    first: tuple[Example, ...]


@dataclass(slots=True)
class Findings:
    """Reasons in the order in which they first came up; many different ones are counted as one."""

    _found: dict[str, tuple[int, list[Example]]] = field(default_factory=dict)

    def add(self, reason: str, line: int, subject: str | None) -> None:
        """Count one row."""
        if reason not in self._found and len(self._found) >= REASONS:
            reason = FURTHER
        count, examples = self._found.get(reason, (0, []))
        if count < EXAMPLES:
            examples.append(Example(line, subject))
        self._found[reason] = (count + 1, examples)

    def count(self) -> int:
        """How many findings there are in all."""
        return sum(count for count, _ in self._found.values())

    def tallies(self) -> tuple[Tally, ...]:
        """The reasons, the most frequent first."""
        tallies = [Tally(reason, n, tuple(rows)) for reason, (n, rows) in self._found.items()]
        return tuple(sorted(tallies, key=lambda tally: -tally.count))
