"""What an answer over HTTP means: by its status, or by what stands in it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from touchpoints.core.message import Outcome, Receipt
from touchpoints.workspace.requests import WHOLE, AnswerSection, Meaning, statuses

_NOT_ALLOWED = frozenset({401, 402, 403, 407})
"""Wrong or missing credentials, or no credit left: nobody's message would be taken."""
_NOT_TAKEN = frozenset({408, 425, 429})
"""Proven not to have been taken: RFC 9110 15.5.9, RFC 8470 5.2, RFC 6585 4."""
_ELSEWHERE = frozenset({307, 308})
"""To be asked again elsewhere (RFC 9110 15.4.8): this address has taken nothing."""

_TOKEN = re.compile(r"[\w.:/=+#-]{1,200}", re.ASCII)
_SECONDS = re.compile(r"\d{1,6}")
LONGEST_WAIT = 86_400


@dataclass(frozen=True, slots=True)
class Told:
    """An answer taken apart; `whole` is False where its body could not be read to the end."""

    status: int
    headers: Mapping[str, str]
    document: object
    whole: bool

    @classmethod
    def of(cls, status: int, headers: Mapping[str, str], body: bytes | None) -> Told:
        """Read an answer; a body that is not JSON is a text."""
        text = "" if body is None else body.decode("utf-8", "replace").strip()
        try:
            document = json.loads(text)
        except (ValueError, RecursionError):
            document = text
        return cls(status, headers, document, body is not None)

    def at(self, path: str | None) -> str | None:
        """What stands at a path, as text, or None for nothing, null, a mapping or a list."""
        if path is None:
            return None
        if path.startswith("header:"):
            return self.headers.get(path.removeprefix("header:").lower())
        value = self.document
        for step in () if path == WHOLE else path.split("."):
            if isinstance(value, Mapping):
                value = value.get(step)
            elif isinstance(value, list) and step.isdecimal() and int(step[:6]) < len(value):
                value = value[int(step[:6])]
            else:
                return None
        return _text(value)


@dataclass(frozen=True, slots=True)
class _Rule:
    """One line of `answers`."""

    means: Meaning
    codes: tuple[range, ...]
    path: str | None
    values: frozenset[str] | None

    def fits(self, told: Told) -> bool:
        """Whether it speaks of this answer."""
        if self.codes and not any(told.status in each for each in self.codes):
            return False
        if self.path is None:
            return True
        value = told.at(self.path)
        if self.values is None:
            return value is not None
        return ("null" if value is None else value) in self.values


class Answers:
    """What the answers of one channel mean; the first rule that fits counts, then the status."""

    def __init__(
        self, rules: Sequence[AnswerSection], provider_id: str | None, error: str | None
    ) -> None:
        self._rules = tuple(_rule(each) for each in rules)
        self._provider_id, self._error = provider_id, error
        self._says_what_is_accepted = any(each.means == "accepted" for each in self._rules)
        self._reads = any(each.path is not None for each in self._rules)

    def receipt(self, told: Told, private: Sequence[str], now: datetime) -> Receipt:
        """The receipt for an answer; nothing of `private` stands in it."""
        meaning = self._meaning(told)
        again = _wait(told.headers.get("retry-after"), now)
        code = _token(told.at(self._error), private)
        detail = f"{told.status} {_phrase(told.status)}".strip()
        detail += f", code {code}" if code else ""
        if meaning == "accepted":
            return Receipt(Outcome.ACCEPTED, detail, _token(told.at(self._provider_id), private))
        detail += f", again after {again} s" if again else ""
        if 300 <= told.status < 400:
            detail += "; redirects are not followed: put the new address into `url`"
        outcome = Outcome.TEMPORARY if meaning == "unreachable" else Outcome(meaning)
        # Where one answer leaves a doubt, the next would too: better one in doubt than a batch.
        down = meaning in {"unreachable", "in_doubt"}
        # A server that says so is at fault itself (RFC 9110 15.6), whatever is so of the message.
        fault = meaning == "temporary" and told.status >= 500
        return Receipt(outcome, detail, unreachable=down, retry_after=again, at_fault=fault)

    def _meaning(self, told: Told) -> Meaning:
        if self._reads and not told.whole:
            return "in_doubt"
        fitting = (rule.means for rule in self._rules if rule.fits(told))
        return next(fitting, None) or self._by_status(told.status)

    def _by_status(self, status: int) -> Meaning:
        if 200 <= status < 300:
            # Where the policy says what is accepted, anything else is not proven to be.
            return "in_doubt" if self._says_what_is_accepted else "accepted"
        if status in _NOT_ALLOWED or status in _ELSEWHERE:
            return "unreachable"
        if status in _NOT_TAKEN:
            return "temporary"
        return "permanent" if 400 <= status < 500 else "in_doubt"


def _rule(section: AnswerSection) -> _Rule:
    codes = tuple(statuses(each) for each in section.status or ())
    values = None
    if section.values is not None:
        texts = [_text(each) for each in section.values]
        values = frozenset("null" if text is None else text for text in texts)
    return _Rule(section.means, codes, section.at, values)


def _text(value: object) -> str | None:
    if value is None or isinstance(value, Mapping | list):
        return None
    return json.dumps(value) if isinstance(value, bool | int | float) else str(value)


def _token(text: str | None, private: Sequence[str]) -> str | None:
    """A code or an id, if it is one: no sentence, and nothing in which a private text stands."""
    if text is None or not _TOKEN.fullmatch(text):
        return None
    folded = text.casefold()
    return None if any(each.casefold() in folded for each in private if each) else text


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def _wait(text: str | None, now: datetime) -> int | None:
    """Seconds until one may ask again (RFC 9110 10.2.3: seconds, or a date), at most a day."""
    if text is None:
        return None
    if _SECONDS.fullmatch(text.strip()):
        return min(int(text), LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(text)
        seconds = (until - now).total_seconds()
    except (ValueError, TypeError):
        return None
    return min(max(0, int(seconds)), LONGEST_WAIT)
