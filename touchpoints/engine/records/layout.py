"""Which column of a file stands for what: the names of the kind, `--map` and `--set`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from touchpoints.engine.records.kind import Kind
from touchpoints.engine.records.record import Value, is_undecodable, shown
from touchpoints.errors import UsageError
from touchpoints.workspace.names import nearest

ALIKE = 0.85
"""How alike a column must be to one that has a meaning, to be taken for a slip of it."""

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Columns:
    """Pairs of a column's name for us and its name in the file: known columns, and attributes.

    `prefixed` are our names of those that the kind knows by their prefix.
    """

    known: Pairs
    attributes: Pairs
    prefixed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of a kind under the names of a file.

    `maps` goes from our names to those of the file, `sets` from our names to a value for every row,
    `otherwise` from our names to a value for rows that do not have this column at all. Raises
    UsageError for a column that is given twice.
    """

    kind: Kind
    maps: Mapping[str, str]
    sets: Mapping[str, str]
    otherwise: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for column in sorted(self.maps.keys() & self.sets.keys()):
            raise UsageError(f"column {column!r} has both --map and --set; leave one of them out")
        for column, value in self.sets.items():
            if is_undecodable(column + value):
                raise UsageError(f"--set {shown(column)}: the value is not text")

    def constants(self, columns: Columns) -> dict[str, str]:
        """Known columns that have the same value in every row with these columns."""
        there = {name for name, _ in columns.known}
        sets = {name: text.strip() for name, text in self.sets.items() if self.kind.knows(name)}
        return {name: text for name, text in self.otherwise.items() if name not in there} | sets

    @property
    def constant_attributes(self) -> dict[str, Value]:
        """Attributes that have the same value in every row."""
        sets = self.sets.items() if self.kind.attributes else ()
        return {name: text.strip() or None for name, text in sets if not self.kind.knows(name)}

    def columns(self, names: Sequence[str]) -> Columns:
        """Where to find our columns in a row whose columns have these names."""
        there, taken = set(names), set(self.maps.values())
        pairs = [(column, source) for column, source in self.maps.items() if source in there]
        pairs += [(name, name) for name in names if name and not self._is_replaced(name, taken)]
        known = tuple(pair for pair in pairs if self.kind.knows(pair[0]))
        others = tuple(pair for pair in pairs if not self.kind.knows(pair[0]))
        names_of_all = (*(name for name, _ in known), *self.sets)
        names_of_all = tuple(name for name in names_of_all if self.kind.knows(name))
        prefixed = tuple(name for name in names_of_all if name not in self.kind.columns)
        return Columns(known, others if self.kind.attributes else (), prefixed)

    def check(self, names: Sequence[str], file: Path) -> None:
        """Raises UsageError for a header with a column twice, or without one that is needed."""
        known = [name for name in names if name]
        for name in known:
            if known.count(name) > 1:
                raise UsageError(f"{file}: column {shown(name)} stands twice in the header")
        for column, source in self.maps.items():
            if source not in known:
                raise UsageError(
                    f"{file}: --map {column}={source}: the file has no column {source!r};"
                    f" {_offer(source, known)}"
                )
        for column in self.kind.required:
            if column not in {*known, *self.maps, *self.sets, *self.otherwise}:
                near = nearest(column, known) or "COLUMN"
                raise UsageError(
                    f"{file}: column {column!r} is missing; {_offer(column, known)};"
                    f" name it by --map {column}={near}, or give it by --set {column}=VALUE"
                )

    def remarks(self, names: Sequence[str]) -> Iterator[str]:
        """What is worth saying about the columns of a file, though it can be read."""
        taken = set(self.maps.values())
        for name in dict.fromkeys(name for name in names if name):
            if name not in taken and (name in self.maps or name in self.sets):
                way = "--map" if name in self.maps else "--set"
                yield f"column {shown(name)} of the file is not read: {way} takes its place"
        given = [*self.maps, *self.sets, *(n for n in names if not self._is_replaced(n, taken))]
        for name in dict.fromkeys(name for name in given if name):
            if not self.kind.knows(name):
                yield from self._about_other(name, {*given})

    def _about_other(self, name: str, given: set[str]) -> Iterator[str]:
        """Columns without a meaning of their own: left out, or perhaps misspelt."""
        if not self.kind.attributes:
            yield f"column {shown(name)} is left out: {self.kind.name} have no attributes"
            return
        meant = [column for column in self.kind.columns if _folded(column) == _folded(name)]
        near = meant or get_close_matches(_folded(name), self.kind.columns, n=1, cutoff=ALIKE)
        if near and near[0] not in given:
            yield (
                f"column {shown(name)} becomes an attribute;"
                f" did you mean {near[0]!r}? Then say --map {near[0]}={name}"
            )

    def _is_replaced(self, name: str, taken: set[str]) -> bool:
        return name in taken or name in self.maps or name in self.sets


def _offer(name: str, known: Sequence[str]) -> str:
    near = nearest(name, known)
    if near:
        return f"did you mean {near!r}?"
    listed = ", ".join(shown(column) for column in known[:20])
    return f"the file has {listed}{' …' if len(known) > 20 else ''}"


def _folded(name: str) -> str:
    return "".join(sign for sign in name.casefold() if sign.isalnum())
