"""A row about a person: who, when born, where, and how to reach them."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

from touchpoints.core.calendar import date_of
from touchpoints.core.lunar import FIRST_YEAR, LAST_YEAR, lunar_date, lunar_days
from touchpoints.engine.records import addresses, words
from touchpoints.engine.records.dates import Birthday
from touchpoints.engine.records.kind import Kind, Rules
from touchpoints.engine.records.record import Record
from touchpoints.engine.records.remembering import remembered
from touchpoints.store.dialect import Row
from touchpoints.store.records import CUSTOMERS as TABLE
from touchpoints.store.records import KEEP, Patch

ADDRESS = "address."
NO_BIRTHDAY = (None,) * 4
NOTHING = Patch({})


def read(record: Record, rules: Rules) -> Row:
    """A customer. What is wrong with zone, country, locale or an address is left out, and said."""
    record_id = record.required("id", words.identifier)
    text, attributes = record.values.get, record.attributes
    if not rules.date_attributes.isdisjoint(attributes.values):
        attributes = _with_dates(record, rules)
    return (
        record_id,
        text("name", KEEP) or None,
        text("given_name", KEEP) or None,
        text("family_name", KEEP) or None,
        *_birthday(record, rules),
        *_settings(record, rules),
        *_addresses(record, rules),
        attributes,
    )


@remembered("birthday", "birthday_calendar")
def _birthday(record: Record, rules: Rules) -> Row:
    """Text, calendar, year and month-day; they stand and fall together."""
    if "birthday" not in record.values:
        if record.values.get("birthday_calendar"):
            record.warn("birthday_calendar is left out: there is no birthday beside it")
        return (KEEP,) * 4
    calendar = record.read("birthday_calendar", _calendar)
    solar = calendar is KEEP or calendar is None or calendar == "solar"
    found: Birthday | None = record.read(
        "birthday", rules.dates.birthday if solar else rules.dates.lunar_birthday
    )
    if found is None:
        return NO_BIRTHDAY
    born = found.text if solar else _warn_of_lunar(record, found)
    if found.year and born and born > rules.latest_birthday:
        record.warn("birthday lies in the future")
    return found


def _warn_of_lunar(record: Record, found: Birthday) -> str | None:
    """The civil date of a lunar birthday; says where the year of birth does not have that day."""
    if found.year is None or not FIRST_YEAR <= found.year <= LAST_YEAR:
        return None
    month, day, leap = found.month_day // 100 % 100, found.month_day % 100, "L" in found.text
    columns = (np.array([part]) for part in (found.year, month, day, leap))
    civil = int(lunar_days(*columns)[0])
    kept = lunar_date(civil)
    if kept.leap != leap:
        record.warn("birthday is in a leap month that its year did not have; its month is taken")
    elif kept.day != day:
        record.warn("birthday is the 30th of a month of 29 days; the 29th stands in for it")
    return date_of(civil).isoformat()


def _calendar(text: str) -> str:
    if text.lower() not in {"solar", "lunar"}:
        raise ValueError("is not a calendar; expected solar or lunar")
    return text.lower()


@remembered("timezone", "country", "locale", "status", "channels")
def _settings(record: Record, rules: Rules) -> Row:
    """Where the customer is, and how to write to them."""
    return (
        record.read_or_warn("timezone", words.zone, "the customer uses the workspace's zone"),
        record.read_or_warn("country", words.country, "the workspace's country is used"),
        record.read_or_warn("locale", words.locale, "the workspace's locale is used"),
        record.read("status", words.status),
        _channels(record, rules),
    )


def _channels(record: Record, rules: Rules) -> Any:
    found = record.read("channels", words.names)
    if not isinstance(found, tuple):
        return found
    rules.check_channels(record, "channels", found)
    return ";".join(found) or None


def _addresses(record: Record, rules: Rules) -> Row:
    """E-mail, phone, own addresses by channel, and what was given but cannot be used."""
    unusable: dict[str, str] = {}
    email = _address(record, "email", addresses.email_address, unusable)
    phone = _address(record, "phone", addresses.phone_number, unusable)
    own = {}
    for column in record.prefixed:
        channel = column.removeprefix(ADDRESS)
        own[channel] = _address(record, column, _reader(channel, rules), unusable)
    usable = _usable(tuple(record.values))
    return (
        email,
        phone,
        Patch(own) if own else NOTHING,
        Patch({**usable.values, **unusable}) if unusable else usable,
    )


@lru_cache(maxsize=1_000)
def _usable(columns: tuple[str, ...]) -> Patch:
    """What says that all addresses in these columns can be used."""
    given = (name for name in columns if name in {"email", "phone"} or name.startswith(ADDRESS))
    return Patch(dict.fromkeys(given))


def _address(
    record: Record,
    column: str,
    parse: Callable[[str], str],
    unusable: dict[str, str],
) -> Any:
    text = record.values.get(column)
    if not text:
        return KEEP if text is None else None
    try:
        return parse(text)
    except ValueError as error:
        unusable[column] = text
        record.warn(f"{column} {error}; the customer stays, the address is kept as unusable")
        return None


def _reader(channel: str, rules: Rules) -> Callable[[str], str]:
    if channel == "sms":
        return addresses.phone_number
    return addresses.email_address if channel in rules.email_channels else addresses.other_address


def _with_dates(record: Record, rules: Rules) -> Patch:
    """Attributes that a moment takes for a date come in the form of the file's dates, too."""
    attributes = record.attributes
    for name in rules.date_attributes & attributes.values.keys():
        text = attributes.values[name]
        if not text:
            continue
        try:
            day = date_of(rules.dates.day(str(text))).isoformat()
        except ValueError as error:
            record.warn(f"{name} {error}; no occasion follows from it")
            continue
        if day != text:
            attributes = Patch({**attributes.values, name: day})
    return attributes


CUSTOMERS = Kind(
    name="customers",
    table=TABLE,
    columns=(
        *("id", "name", "given_name", "family_name", "birthday", "birthday_calendar"),
        *("timezone", "country", "locale", "status", "channels", "email", "phone"),
    ),
    required=("id",),
    read=read,
    subject="id",
    prefix=ADDRESS,
    attributes=True,
    unique=True,
)
"""The columns of customers; `address.CHANNEL` is the address on one channel."""
