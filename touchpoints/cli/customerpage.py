"""The story of one person as a page for whoever is on the phone with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from rich.console import Console

from touchpoints.cli.sheet import Sheet
from touchpoints.core.reasons import reason_in_words
from touchpoints.core.sentences import ENGLISH, SENTENCES
from touchpoints.engine.portrait import ALL, Portrait

RECENT = 20
"""Lines of a list; all of them are in the JSON form and in `customer export`."""

_QUIET = "dim"
_RULES = {
    "none": "not needed",
    "assumed": "assumed: nothing was said",
    "required": "missing: nothing was said",
}
_LABELS = {
    "birthday_calendar": "calendar",
    "given_name": "given name",
    "family_name": "family name",
    "quiet_hours": "quiet hours",
    "pause_from": "pause from",
    "pause_until": "pause until",
    "snooze_until": "snooze until",
    "max": "at most",
}
_WAITING = {"planned": "planned", "retry_wait": "waits for another try"}


@dataclass(frozen=True, slots=True)
class CustomerPage:
    """Prints what is known of one person, what goes to them and what went, in this order."""

    sheet: Sheet
    of: Portrait

    @classmethod
    def on(cls, screen: Console, portrait: Portrait) -> CustomerPage:
        """A page whose labels have room."""
        named = (portrait.fields, portrait.attributes, portrait.wishes)
        labels = {_LABELS.get(name, name)[:24] for each in named for name in each}
        labels |= {str(each["category"]) for each in portrait.consents}
        return cls(Sheet.of(screen, ENGLISH, labels | {"planned"}), portrait)

    def print(self) -> None:
        """The whole page."""
        status = self.of.fields.get("status", "active")
        name = self.of.fields.get("name")
        self.sheet.line(f"{self.of.id}: {name}, {status}" if name else f"{self.of.id}: {status}")
        self.sheet.line(f"Times are on the customer's clock: {self.of.zone}.", _QUIET)
        self.sheet.line()
        self._fields("What is known", self.of.fields | self.of.attributes)
        self._fields("Wishes", self.of.wishes)
        self._consents()
        self._list("Facts", map(_fact, self.of.facts))
        self._list("Events", map(_event, self.of.events))
        self._list("What is planned", map(_planned, self.of.planned))
        self._list("What was sent", map(_sent, self.of.sent))
        self._list("What did not go out", map(_withheld, self.of.withheld))

    def _fields(self, title: str, values: Mapping[str, Any]) -> None:
        self._title(title)
        for name, value in values.items():
            if isinstance(value, Mapping):
                for key, inner in value.items():
                    self.sheet.labelled(name, f"{key}: {_text(inner)}")
            else:
                self.sheet.labelled(_LABELS.get(name, name), _text(value))
        self._end(values)

    def _consents(self) -> None:
        self._title("Consent")
        for each in self.of.consents:
            channel = "" if each["channel"] == ALL else f"{each['channel']}: "
            self.sheet.labelled(each["category"], channel + _consent(each))
        self._end(self.of.consents)

    def _list(self, title: str, lines: Iterable[str]) -> None:
        told = list(lines)
        self._title(title)
        for line in told[:RECENT]:
            self.sheet.line(line, indent=2)
        if len(told) > RECENT:
            self.sheet.line(f"and {len(told) - RECENT:,} more: --format json", _QUIET, indent=2)
        self._end(told)

    def _title(self, title: str) -> None:
        self.sheet.line(title, "bold underline")

    def _end(self, told: object) -> None:
        if not told:
            self.sheet.line("nothing", _QUIET, indent=2)
        self.sheet.line()


def _consent(each: Mapping[str, Any]) -> str:
    if each["state"] is None:
        return _RULES[each["rule"]]
    if each["state"] == "lapsed":
        words = f"ran out {_text(each['since'])}"
    else:
        words = f"{each['state']} since {_text(each['since'])}"
        words += f" until {_text(each['until'])}" if each["until"] else ""
    return f"{words}, by {each['source']}" if each["source"] else words


def _fact(each: Mapping[str, Any]) -> str:
    told = [each["kind"], each["ref"], _text(each["date"]), each.get("status")]
    told += [each.get("amount"), each.get("currency")]
    closed = f"; closed {_text(each['closed_at'])}" if "closed_at" in each else ""
    return _joined(told) + _attributes(each) + closed


def _event(each: Mapping[str, Any]) -> str:
    return f"{_text(each['at'])}  {each['kind']} {each['ref']}" + _attributes(each)


def _planned(each: Mapping[str, Any]) -> str:
    words = _WAITING.get(each["state"], each["state"])
    return f"{_what(each)}: {words}"


def _sent(each: Mapping[str, Any]) -> str:
    state = SENTENCES[f"state.{each['state']}"][ENGLISH]
    subject = f" “{each['subject']}”" if "subject" in each else ""
    return f"{_what(each)}{subject}: {state}"


def _withheld(each: Mapping[str, Any]) -> str:
    reason = each.get("reason") or each["state"]
    home = f", a section of {each['merged_into']}" if "merged_into" in each else ""
    return f"{each['touchpoint']} {each['occurrence']}: {reason_in_words(reason)} ({reason}){home}"


def _what(each: Mapping[str, Any]) -> str:
    """When, which, by what: as much of it as is known."""
    name = _joined([each.get("touchpoint"), each.get("occurrence")])
    name = name or each.get("topic") or each.get("category") or "another system"
    by = f" by {each['channel']}" if "channel" in each else ""
    to = f" to {each['address']}" if "address" in each else ""
    at = _text(each["at"]) + "  " if "at" in each else ""
    return f"{at}{name}{by}{to}"


def _attributes(each: Mapping[str, Any]) -> str:
    return "".join(f", {name} {value}" for name, value in each.get("attributes", {}).items())


def _joined(parts: Iterable[object]) -> str:
    return " ".join(str(part) for part in parts if part not in (None, ""))


def _text(value: object) -> str:
    """A value as people read it: days with the weekday, instants to the minute."""
    if isinstance(value, datetime):
        return f"{value:%a %Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return f"{value:%a %Y-%m-%d}"
    return str(value).replace(";", ", ")
