"""The people and things that texts are tried on, as `templates/samples.yaml` has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from ruamel.yaml.error import MarkedYAMLError, YAMLError

from touchpoints.content.frontmatter import Variable, read_yaml
from touchpoints.errors import Complaint, PolicyError

FILE = "samples.yaml"
KEYS = ("now", "customers", "facts", "events")

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
        found = read_yaml(file.read_text("utf-8-sig"))
    except MarkedYAMLError as error:
        mark = error.problem_mark
        raise _wrong(file, str(error.problem), mark.line + 1 if mark else 1) from error
    except (YAMLError, ValueError) as error:
        raise _wrong(file, "not YAML in UTF-8") from error
    if not isinstance(found, dict) or any(key not in KEYS for key in found):
        raise _wrong(file, f"the keys are {', '.join(KEYS)}")
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
