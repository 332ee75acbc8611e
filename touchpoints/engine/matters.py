"""What messages are about: their customers, and the facts and events behind their occurrences."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from sqlalchemy import Connection

from touchpoints.core.calendar import date_of
from touchpoints.core.moment import EventRows, FactRows, LatestEventRows, Moment
from touchpoints.engine.birthdays import FIELD, born
from touchpoints.engine.crowd import WHOLE_COLUMNS
from touchpoints.engine.people import whole_customer, whole_event, whole_fact
from touchpoints.engine.subject import Identity, Subject
from touchpoints.moments.annual import Annual
from touchpoints.store import behind, happenings, reading
from touchpoints.store.dialect import Row
from touchpoints.store.happenings import Span


@dataclass(frozen=True, slots=True)
class Matters:
    """What some messages are about, as it is stored now; read in a fixed number of queries.

    `customers` are rows by number: the number, then `WHOLE_COLUMNS`. `records` are what templates
    know as `fact` or `event`, by the identity of the message, and `years` how old somebody becomes.
    """

    customers: Mapping[int, Row]
    records: Mapping[Identity, Mapping[str, object]]
    years: Mapping[Identity, int]

    @classmethod
    def read(
        cls,
        connection: Connection,
        subjects: Sequence[Subject],
        seen: tuple[int, str],
        people: Mapping[int, Row] | None = None,
    ) -> Matters:
        """All that these messages are about, as seen at an instant, by a workspace in a zone.

        The zone is for customers without one of their own. `people` are the customers' rows, where
        this very transaction has read them already.
        """
        now, zone = seen
        if people is None:
            read = reading.customers(connection, _nos(subjects), WHOLE_COLUMNS)
            people = {row[0]: row for row in read}
        designs: dict[str, list[Subject]] = defaultdict(list)
        for each in subjects:
            designs[each.design.name].append(each)
        records: dict[Identity, Mapping[str, object]] = {}
        years: dict[Identity, int] = {}
        for alike in designs.values():
            records |= _records(connection, alike, now, zone)
            years |= _years(connection, alike, people)
        return cls(people, records, years)

    def locale(self, subject: Subject) -> str | None:
        """The locale of the message's customer, None where it is not known."""
        found = self.customers[subject.customer_no][_LOCALE]
        return str(found) if found else None

    def context(self, subject: Subject) -> dict[str, object]:
        """The records of a message as plain values under field names, blank ones left out."""
        identity = subject.identity
        occurrence: dict[str, object] = {
            "key": subject.occurrence,
            "date": date_of(subject.base),
            "offset": subject.day - subject.base,
        }
        if identity in self.years:
            occurrence["years"] = self.years[identity]
        return {
            "customer": whole_customer(self.customers[subject.customer_no], WHOLE_COLUMNS),
            "occurrence": occurrence,
            **self.records.get(identity, {}),
        }


_LOCALE = WHOLE_COLUMNS.index("locale") + 1


def _records(
    connection: Connection, subjects: Sequence[Subject], now: int, zone: str
) -> dict[Identity, Mapping[str, object]]:
    """The record `fact` or `event` behind each message of one touchpoint; none where it is gone."""
    moment, day = cast("Moment", subjects[0].design.moment), subjects[0].day
    asked = moment.rows(day, day)
    if isinstance(asked, FactRows):
        keys = {each.identity: (each.customer_no, _dated_ref(each)) for each in subjects}
        facts = behind.facts(connection, asked.kind, sorted(set(keys.values())))
        return {at: {"fact": whole_fact(facts[key])} for at, key in keys.items() if key in facts}
    if isinstance(asked, EventRows):
        # The key of an event is its ref; only a list of offsets adds to it.
        listed = not isinstance(getattr(moment, "offset", ""), str)
        keys = {
            each.identity: (each.customer_no, _dated_ref(each) if listed else each.occurrence)
            for each in subjects
        }
        events = behind.events(connection, asked.kind, sorted(set(keys.values())))
        return {
            at: {"event": whole_event(events[key], zone)}
            for at, key in keys.items()
            if key in events
        }
    if isinstance(asked, LatestEventRows):
        span = Span(0, now, now, _nos(subjects))
        latest = {row[0]: row for row in happenings.latest_events(connection, asked.kind, span)}
        return {
            each.identity: {"event": whole_event(latest[each.customer_no], zone)}
            for each in subjects
            if each.customer_no in latest
        }
    return {}


def _years(
    connection: Connection, subjects: Sequence[Subject], people: Mapping[int, Row]
) -> dict[Identity, int]:
    """How old the customers of one touchpoint become, where it is about birthdays.

    Without those whose year is not known. A solar year is told by the key and the birthday itself.
    """
    moment = subjects[0].design.moment
    if not isinstance(moment, Annual) or moment.annual != FIELD:
        return {}
    years: dict[Identity, int] = {}
    lunar: list[Subject] = []
    for each in subjects:
        row, key = people[each.customer_no], each.occurrence
        if key.startswith("L") or row[_CALENDAR] == "lunar":
            lunar.append(each)
        elif row[_BIRTHDAY] and not row[_BIRTHDAY].startswith("-"):
            years[each.identity] = int(key[:4]) - int(row[_BIRTHDAY][:4])
    return years | (_lunar_years(connection, moment, lunar) if lunar else {})


_BIRTHDAY = WHOLE_COLUMNS.index("birthday") + 1
_CALENDAR = WHOLE_COLUMNS.index("birthday_calendar") + 1


def _lunar_years(
    connection: Connection, moment: Annual, subjects: Sequence[Subject]
) -> dict[Identity, int]:
    found = {row[0]: row for row in behind.birthdays(connection, _nos(subjects))}
    known = [each for each in subjects if each.customer_no in found]
    dated = born([found[each.customer_no] for each in known])
    years = moment.years(dated, [each.occurrence for each in known])
    pairs = zip(known, years, strict=True)
    return {each.identity: count for each, count in pairs if count is not None}


def _dated_ref(subject: Subject) -> str:
    """The ref before the date or offset of an occurrence's key."""
    return subject.occurrence.rpartition("@")[0]


def _nos(subjects: Sequence[Subject]) -> list[int]:
    return sorted({each.customer_no for each in subjects})
