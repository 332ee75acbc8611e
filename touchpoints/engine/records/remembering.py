"""Parts of a row that are few and often the same: what was read once is not read again."""

from __future__ import annotations

from collections.abc import Callable

from touchpoints.engine.records.kind import Reading, Rules, Texts
from touchpoints.engine.records.record import Record
from touchpoints.store.dialect import Row
from touchpoints.store.records import Patch

Part = Callable[[Record, Rules], Row]

MOST = 50_000
"""Readings that are kept of one part: a century has 36,525 birthdays."""


def remembered(*columns: str) -> Callable[[Part], Part]:
    """Read a part that depends on these known columns and nothing else once for equal texts.

    The zones, languages and channels of many customers come in few combinations; looking one up
    takes 0.7 µs. The dict is a plain one: it answers twice as fast as `lru_cache`.
    """

    def remembering(part: Part) -> Part:
        def read(texts: Texts, rules: Rules) -> Reading:
            given = zip(columns, texts, strict=True)
            values = {name: text for name, text in given if text is not None}
            record = Record(0, [], values, Patch({}))
            return part(record, rules), record.warnings

        def look_up(record: Record, rules: Rules) -> Row:
            texts = tuple(map(record.values.get, columns))
            readings = rules.readings[part.__name__]
            found = readings.get(texts)
            if found is None:
                if len(readings) >= MOST:
                    readings.clear()
                found = readings[texts] = read(texts, rules)
            row, warnings = found
            if warnings:
                record.warnings.extend(warnings)
            return row

        return look_up

    return remembering
