"""What a page is asked for: values of an address or a form, with bounds that nobody gets past."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from touchpoints.clock import utc
from touchpoints.errors import UsageError

YEARS = range(1900, 2200)
"""The years that calendars, zones and holidays are made for."""

LONGEST = 500
"""Characters of one value; no id, name or instant is longer."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The values of one address; what is not there, or makes no sense, raises UsageError."""

    values: Mapping[str, str]

    def text(self, name: str) -> str | None:
        """A text without blanks around it, None where there is none."""
        value = self.values.get(name, "").strip()
        if len(value) > LONGEST or "\x00" in value:
            raise UsageError(f"{name}: at most {LONGEST} characters")
        return value or None

    def needed(self, name: str) -> str:
        """A text that must be there."""
        value = self.text(name)
        if value is None:
            raise UsageError(f"this address lacks `{name}`")
        return value

    def number(self, name: str, usual: int, most: int) -> int:
        """A whole number from 1 to `most`."""
        value = self.text(name)
        if value is None:
            return usual
        if not value.isascii() or not value.isdecimal() or not 1 <= int(value[:12]) <= most:
            raise UsageError(f"{name}: expected a whole number from 1 to {most}")
        return int(value)

    def instant(self, name: str) -> datetime | None:
        """An ISO instant with its zone, in UTC."""
        value = self.text(name)
        if value is None:
            return None
        try:
            found = utc(datetime.fromisoformat(value))
        except (ValueError, OverflowError):
            found = None
        if found is None or found.year not in YEARS:
            raise UsageError(
                f"{value!r} is not an instant; write it with its zone, such as"
                " 2026-11-24T09:00:00+08:00"
            )
        return found

    def day(self, name: str) -> date | None:
        """An ISO date."""
        value = self.text(name)
        if value is None:
            return None
        try:
            return date.fromisoformat(value)
        except ValueError as error:
            raise UsageError(f"{value!r} is not a date such as 2026-11-24") from error


def address(path: str, /, **values: object) -> str:
    """An address of the studio with its values quoted; those that are None are left out."""
    given = {name: str(value) for name, value in values.items() if value is not None}
    return f"{path}?{urlencode(given)}" if given else path


@dataclass(frozen=True, slots=True)
class Paging:
    """A page of a list, from 1; `more` says whether there is another one."""

    number: int
    size: int
    more: bool
    path: str
    values: Mapping[str, object]

    @property
    def previous(self) -> str | None:
        """The address of the page before, None on the first."""
        return None if self.number == 1 else self._at(self.number - 1)

    @property
    def following(self) -> str | None:
        """The address of the next page, None on the last."""
        return self._at(self.number + 1) if self.more else None

    def _at(self, number: int) -> str:
        return address(self.path, **self.values, page=number if number > 1 else None)
