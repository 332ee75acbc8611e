"""What a template can see: records of plain data whose fields are attributes, and nothing else."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import NoReturn

from jinja2 import StrictUndefined
from jinja2.runtime import LoopContext
from jinja2.utils import missing

from touchpoints.content.text import name_line, one_line
from touchpoints.errors import RenderError

ROOTS = ("customer", "fact", "event", "line", "company", "occurrence")
"""The records of a template, as the contract names them."""
SECTIONS = "sections"
"""The short texts of other messages that a text takes in: a list, not a record."""

_NAMES = frozenset({"name", "given_name", "family_name"})
_LOOP = frozenset({"index", "index0", "revindex", "revindex0", "first", "last", "length"})
_NOTHING: Mapping[str, str] = {}
_SCALARS = (str, int, Decimal, float, date, time)


class Record(Mapping[str, object]):
    """A read-only record of plain data; a field without a value is not there at all.

    Texts are made harmless, but for the fields that templates have `written`: their lines stay.
    `defaults` stand in for fields that are blank.
    """

    __slots__ = ("_defaults", "_fields", "_seen", "_written", "label")

    def __init__(
        self,
        fields: Mapping[str, object],
        label: str = "the record",
        written: Collection[str] = (),
        defaults: Mapping[str, str] = _NOTHING,
    ) -> None:
        self._fields = fields
        self._written = written
        self._defaults = defaults
        self._seen: dict[str, object] = {}
        self.label = label

    def __getitem__(self, name: str) -> object:
        value = self.value(name)
        if value is None:
            raise KeyError(name)
        return value

    def __iter__(self) -> Iterator[str]:
        return (name for name in self._fields if self.value(name) is not None)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __bool__(self) -> bool:
        return any(True for _ in self)

    def __str__(self) -> NoReturn:
        raise RenderError(f"{self.label} is a whole record; name one field: {self.hint()}")

    def with_defaults(self, defaults: Mapping[str, str]) -> Record:
        """The same record, where blank fields have a value that stands in for them."""
        return Record(self._fields, self.label, self._written, defaults)

    def value(self, name: str) -> object:
        """The value of a field as a template may see it, or None where it is blank."""
        if name in self._seen:  # making a text harmless takes 3 µs, and a mail says some 5 times
            return self._seen[name]
        found = self._own(name)
        value = self._defaults.get(name) if found is None else found
        self._seen[name] = value
        return value

    def _own(self, name: str) -> object:
        raw = self._fields.get(name)
        if isinstance(raw, str) and name in self._written:
            return raw or None
        if isinstance(raw, str):
            text = name_line(raw) if name in _NAMES else one_line(raw)
            return text if text and not text.isspace() else None
        if raw is None or isinstance(raw, _SCALARS):
            return raw
        return plain(raw, f"{self.label}.{name}")

    def hint(self) -> str:
        """An example of a field, for error messages."""
        return f"{self.label}.{next(iter(self), 'name')}"


def frozen(fields: Mapping[str, object], label: str = "the record") -> Record:
    """A read-only copy of `fields` for templates; `label` is its name in error messages.

    Values are text, numbers, dates, times, or lists and mappings of them; anything else is told
    when a template asks for it. Blank fields count as missing, so that `default` works.
    """
    return Record(dict(fields), label)


def plain(value: object, label: str) -> object:
    """`value` if it is plain data, with texts made harmless. Raises RenderError otherwise."""
    if type(value) is dict:  # the usual cases first: asking for any Mapping takes 1 µs
        return Record(value, label)
    if type(value) is Record:
        return value
    if isinstance(value, str):
        return one_line(value)
    if value is None or isinstance(value, _SCALARS):
        return value
    if isinstance(value, Mapping):
        return Record(value, label)
    if isinstance(value, list | tuple):
        return tuple(plain(item, label) for item in value)
    raise RenderError(f"{label} is a {type(value).__name__}; templates see plain data only")


def attribute(value: object, name: object, otherwise: object) -> object:
    """A part of a date, time or loop that templates may look into, else `otherwise`."""
    dated = isinstance(value, date) and name in {"year", "month", "day"}
    clocked = isinstance(value, datetime | time) and name in {"hour", "minute"}
    if dated or clocked or (isinstance(value, LoopContext) and name in _LOOP):
        return getattr(value, str(name))
    return otherwise


def nearest(name: str, known: Collection[str]) -> str:
    """`did you mean 'x'?` for the known name that is most like this one, or an empty text."""
    close = difflib.get_close_matches(name, known, n=1)
    return f"did you mean {close[0]!r}?" if close else ""


class Missing(StrictUndefined):
    """A name without a value: the error says which, and what it may have been meant to be."""

    __slots__ = ()

    def __bool__(self) -> bool:  # type: ignore[override]
        # `{% if customer.given_name %}` asks whether it is there; only writing it is an error.
        return False

    @property
    def _undefined_message(self) -> str:
        name, record = str(self._undefined_name), self._undefined_obj
        known: tuple[str, ...] = ()
        if self._undefined_hint:
            return self._undefined_hint
        if record is missing:
            what, known = f"there is no {name!r} here", ROOTS
        elif isinstance(record, Record):
            what, known = f"{record.label} has no {name!r}", tuple(record)
            if not known:
                what = f"there is no {record.label} here, so it has no {name!r}"
        else:
            what = f"a {type(record).__name__} has no {name!r}"
        guess = nearest(name, known)
        return f"{what}; {guess}" if guess else what
