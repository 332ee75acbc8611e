"""The people and things that texts are tried on, as `templates/samples.yaml` has them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from ruamel.yaml.error import MarkedYAMLError, YAMLError, YAMLWarning

from touchpoints.content.frontmatter import Variable, read_yaml
from touchpoints.errors import Complaint, PolicyError

FILE = "samples.yaml"
KEYS = ("now", "customers", "facts", "events")

MOST = 20_000
"""Values that all samples together may have; a person has about ten."""

Fields = Mapping[str, Any]

NOW = datetime(2026, 11, 24, 1, tzinfo=UTC)
"""When texts are tried where the samples do not say it, so that outputs stay the same."""


@dataclass(frozen=True, slots=True)
class Samples:
    """Sample customers by name, facts and events by kind, and the instant that stands for now."""

    now: datetime = NOW
    customers: Mapping[str, Fields] = field(default_factory=dict)
    facts: Mapping[str, Fields] = field(default_factory=dict)
    events: Mapping[str, Fields] = field(default_factory=dict)


def read_samples(templates: Path) -> Samples:
    """The samples of a templates folder; none where there is no such file. Raises PolicyError."""
    file = templates / FILE
    if not file.is_file():
        return Samples()
    try:
        text = file.read_text("utf-8-sig")
    except ValueError as error:
        raise _wrong(file, "not YAML in UTF-8") from error
    return samples_in(text, file)


def samples_in(text: str, file: Path) -> Samples:
    """What a text says as the file of the samples, saved or not. Raises PolicyError."""
    try:
        found = read_yaml(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark
        raise _wrong(file, str(error.problem), mark.line + 1 if mark else 1) from error
    except (YAMLError, YAMLWarning, ValueError, TypeError, RecursionError) as error:
        raise _wrong(file, "not YAML in UTF-8") from error
    if found is None:
        return Samples()
    if not isinstance(found, dict):
        raise _wrong(file, f"the keys are {', '.join(KEYS)}")
    for key in found:
        if key not in KEYS:
            what = f"there is no {str(key)[:40]!r} here; the keys are {', '.join(KEYS)}"
            raise _wrong(file, what, _line_of(text, str(key)))
    if _endless(found):
        raise _wrong(file, f"more than {MOST:,} values; make do with fewer people")
    parts = {key: _named(file, key, found.get(key) or {}) for key in KEYS[1:]}
    return Samples(_instant(file, found.get("now")), **parts)


def declared(variables: tuple[Variable, ...]) -> dict[str, dict[str, object]]:
    """The samples that a text declares for its variables, by record."""
    records: dict[str, dict[str, object]] = {}
    for each in variables:
        if each.sample is not None:
            records.setdefault(each.record, {})[each.field] = each.sample
    return records


def _named(file: Path, key: str, found: object) -> dict[str, Fields]:
    if not isinstance(found, dict) or not all(
        each is None or isinstance(each, dict) for each in found.values()
    ):
        raise _wrong(file, f"{key} holds names, and under each its fields")
    return {str(name): each or {} for name, each in found.items()}


def _endless(found: object) -> bool:
    """Whether there are more values than anybody writes; aliases make many of few, or no end."""
    left, count = [found], 0
    while left and count <= MOST:
        count += 1
        each = left.pop()
        left += each.values() if isinstance(each, dict) else each if isinstance(each, list) else ()
    return count > MOST


def _line_of(text: str, key: str) -> int:
    written = re.compile(rf"['\"]?{re.escape(key)}['\"]?\s*:")
    lines = enumerate(text.splitlines(), 1)
    return next((number for number, line in lines if written.match(line)), 1)


def _instant(file: Path, found: object) -> datetime:
    if found is None:
        return NOW
    try:
        moment = found if isinstance(found, datetime) else datetime.fromisoformat(str(found))
    except ValueError:
        raise _wrong(file, "now is an instant, such as 2026-11-24T09:00:00+08:00") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def years_at(born: object, now: datetime) -> int | None:
    """How old somebody is in the year of `now`; None where the year of birth is not known."""
    return now.year - born.year if isinstance(born, date) else None


def _wrong(file: Path, what: str, line: int = 1) -> PolicyError:
    return PolicyError([Complaint(str(file), line, 1, what, code="samples")])
