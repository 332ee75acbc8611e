"""Variants: another text for some of the customers, and the rule that says for whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from touchpoints.content.audience import Audience
from touchpoints.content.catalogue import Source
from touchpoints.content.context import Record
from touchpoints.content.expression import TemplateError
from touchpoints.errors import UsageError

ROOTS = ("customer", "fact", "event", "occurrence")
"""The records that a rule may read."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One variant's rule, whether it holds for a customer, and what it looked at."""

    variant: str
    when: str
    holds: bool
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Choice:
    """The text for one customer, and the rules that were asked on the way to it."""

    source: Source
    asked: tuple[Asked, ...] = ()


def choose(source: Source, records: Mapping[str, object]) -> Choice:
    """The first variant whose rule holds, by name; else the text for everybody.

    Raises UsageError for a variant whose rule cannot be used.
    """
    asked: list[Asked] = []
    for variant in source.variants:
        each = _ask(variant, records)
        asked.append(each)
        if each.holds:
            return Choice(variant, tuple(asked))
    return Choice(source, tuple(asked))


def rule(variant: Source) -> Audience:
    """The rule of a variant. Raises UsageError, with its place, where it cannot be used."""
    place = f"{variant.file}:{variant.front_lines.get('when', 1)}"
    if variant.when is None:
        raise UsageError(f"{place}: a variant needs a line when: …, which says whom it is for")
    try:
        return _audience(variant.when)
    except TemplateError as error:
        raise UsageError(f"{place}: when: {error}") from error


@lru_cache(maxsize=256)
def _audience(expression: str) -> Audience:
    return Audience(expression, ROOTS)


def _ask(variant: Source, records: Mapping[str, object]) -> Asked:
    audience = rule(variant)
    values = tuple(_value(records.get(record), name) for record, name in audience.fields)
    named = {
        f"{record}.{name}": value
        for (record, name), value in zip(audience.fields, values, strict=True)
    }
    return Asked(variant.variant, audience.expression, audience.holds(values), named)


def _value(record: object, name: str) -> object:
    return record.value(name) if isinstance(record, Record) else None
