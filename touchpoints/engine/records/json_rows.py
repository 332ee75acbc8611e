"""Rows of a JSON Lines file: one object a line; numbers and truth values stay what they are."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NoReturn

from touchpoints.engine.records.layout import Columns, Layout
from touchpoints.engine.records.lines import Lines
from touchpoints.engine.records.record import (
    Broken,
    Record,
    RowError,
    UndecodableRowError,
    Value,
    is_undecodable,
    shown,
)
from touchpoints.store.records import Patch

HEADER = ["row"]
"""The one column that a rejected row has."""

SHAPES = 1_000
"""Different sets of names that are remembered."""

REMARKS = 100
"""Remarks on names after which no more are made."""


class JsonRows:
    """The rows of a file of objects, each with names of its own."""

    def __init__(self, lines: Lines, layout: Layout) -> None:
        self.lines = lines
        self.layout = layout
        self.header = HEADER
        self._shapes: dict[tuple[str, ...], Columns] = {}
        self._told: set[str] = set()
        self._unseen = dict(layout.maps)

    def __iter__(self) -> Iterator[Record | Broken]:
        for text in self.lines:
            line = self.lines.number
            self.lines.begin()
            raw = [text.strip()]
            if not raw[0]:
                continue
            try:
                given = _object(raw[0], self.lines.encoding)
                shape = tuple(given)
                new = shape not in self._shapes
                record = self._record(line, raw, given, self._columns(shape))
            except RowError as error:
                yield Broken(line, raw, error)
                continue
            if new:
                record.warnings.extend(self._remarks(shape))
            yield record

    def remarks(self) -> list[tuple[int, str]]:
        """What is worth saying when all rows are read, with the line that it is about."""
        unseen = (f"--map {column}={source}" for column, source in self._unseen.items())
        return [(self.lines.number, f"{way}: no row has this column") for way in unseen]

    def _columns(self, shape: tuple[str, ...]) -> Columns:
        if shape not in self._shapes:
            if len(self._shapes) >= SHAPES:
                self._shapes.clear()
            self._shapes[shape] = self.layout.columns(shape)
        return self._shapes[shape]

    def _remarks(self, shape: tuple[str, ...]) -> list[str]:
        """What has not yet been said about names."""
        self._unseen = {
            name: source for name, source in self._unseen.items() if source not in shape
        }
        if len(self._told) >= REMARKS:
            return []
        found = [remark for remark in self.layout.remarks(shape) if remark not in self._told]
        self._told.update(found)
        return found

    def _record(self, line: int, raw: list[str], given: dict[str, Any], columns: Columns) -> Record:
        values = {name: _text(source, given[source]) for name, source in columns.known}
        attributes = {name: _value(source, given[source]) for name, source in columns.attributes}
        constants, others = self.layout.constants(columns), self.layout.constant_attributes
        return Record(line, raw, values | constants, Patch(attributes | others), columns.prefixed)


def _object(text: str, encoding: str) -> dict[str, Any]:
    if is_undecodable(text):
        raise UndecodableRowError(f"the row is not {encoding}")
    try:
        found = json.loads(
            text, parse_float=Decimal, parse_constant=_refuse, object_pairs_hook=_pairs
        )
    except (ValueError, RecursionError):
        raise RowError("the row is not a JSON object") from None
    if not isinstance(found, dict):
        raise RowError("the row is not a JSON object")
    if "\\u" in text and is_undecodable(json.dumps(found, ensure_ascii=False, default=str)):
        raise RowError("the row has half a character (a lone surrogate)")
    return found


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = {name.strip(): value for name, value in pairs}
    if len(found) != len(pairs):
        raise RowError("a name stands twice in the row")
    return found


def _refuse(constant: str) -> NoReturn:
    raise RowError(
        "the row has a number that is none", f"the row has {constant}; that is no number"
    )


def _text(column: str, value: Any) -> str:
    """A value of a known column as text; a list of texts is a list with `;` between."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return ";".join(value).strip()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Decimal) and abs(value.adjusted()) < 40:
        return f"{value:f}"
    raise _not_plain(column)


def _value(column: str, value: Any) -> Value:
    if isinstance(value, str):
        return value.strip() or None
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, Decimal) and math.isfinite(float(value)):
        return float(value)
    raise _not_plain(column)


def _not_plain(column: str) -> RowError:
    what = "holds something else than text, a number, true or false"
    return RowError(f"a column {what}", f"{shown(column)} {what}")
