"""An explanation as a page shows it: the verdict first, then why, then every gate."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from touchpoints.core.explain import Explanation
from touchpoints.core.finding import Finding, Rival
from touchpoints.core.limitwords import sender
from touchpoints.core.phrase import Language, Phrase, When, tell
from touchpoints.core.reasons import passed_in_words, reason_in_words, weight

NEAR = frozenset({"cap", "gap", "capacity", "no_time", "merged"})
"""The families of reasons of what nearly went out."""

LABELS = ("text", "why", "lost", "next", "change", "window")
"""What the items of an account may be."""


@dataclass(frozen=True, slots=True)
class Gates:
    """What the gates and limits said on one channel, in order, and whether each let it pass."""

    channel: str
    said: tuple[tuple[bool, str], ...]


@dataclass(frozen=True, slots=True)
class Account:
    """One candidate, told in the reader's language; `items` are pairs of a label and a text."""

    touchpoint: str
    occurrence: str
    sends: bool
    headline: str
    items: tuple[tuple[str, str], ...]
    gates: tuple[Gates, ...]
    channels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Accounts:
    """What goes out, what nearly would, and the rest by reason."""

    going: tuple[Account, ...]
    near: tuple[Account, ...]
    rest: tuple[Account, ...]


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells explanations in one language."""

    language: Language

    def accounts(self, told: Sequence[Explanation]) -> Accounts:
        """All of them in the order in which they matter to a reader."""
        going = [each for each in told if each.decision.verdict == "send"]
        staying = [each for each in told if each.decision.verdict == "withhold"]
        staying.sort(key=lambda each: (weight(each.decision.reason or ""), each.opens))
        going.sort(key=lambda each: each.decision.send_at or 0)
        return Accounts(
            going=tuple(map(self.account, going)),
            near=tuple(self.account(each) for each in staying if _family(each) in NEAR),
            rest=tuple(self.account(each) for each in staying if _family(each) not in NEAR),
        )

    def account(self, each: Explanation) -> Account:
        """One candidate: what becomes of it, why, what took its place, and what would help."""
        decision, sends = each.decision, each.decision.verdict == "send"
        return Account(
            touchpoint=decision.touchpoint,
            occurrence=decision.occurrence,
            sends=sends,
            headline=self._sending(each) if sends else self._withheld(each),
            items=tuple(self._items(each)),
            gates=tuple(self._gates(each.findings)),
            channels=tuple(dict.fromkeys(finding.channel for finding in each.findings)),
        )

    def _sending(self, each: Explanation) -> str:
        decision = each.decision
        at = When(decision.send_at or 0, decision.zone)
        worth = f"{decision.score:g}"
        what = _what(each)
        return self._say("sending", what=what, at=at, channel=decision.channel, worth=worth)

    def _withheld(self, each: Explanation) -> str:
        code, what = each.decision.reason or "", _what(each)
        if each.worth is not None:
            what = self._say("worth", what=what, worth=f"{each.worth:g}")
        return self._say("withheld", what=what, reason=reason_in_words(code), code=code)

    def _items(self, each: Explanation) -> Iterable[tuple[str, str]]:
        decision, zone = each.decision, each.decision.zone
        if decision.chosen is not None:
            yield "text", decision.chosen.words.told(self.language)
        if each.waits_for is not None:
            gate, detail = each.waits_for.gate, each.waits_for.detail
            yield "why", self._say("later", code=gate, detail=detail)
        if decision.verdict == "withhold":
            if each.why:
                yield "why", tell(each.why, self.language)
            for rival in each.lost_to:
                yield "lost", self._rival(rival, each.worth, zone)
            if decision.next_allowed is not None:
                yield "next", self._say("earliest", at=When(decision.next_allowed, zone))
            for change in each.changes:
                yield "change", tell(change, self.language)
        opens, closes = When(each.opens, zone), When(each.closes, zone)
        yield "window", self._say("window", opens=opens, closes=closes)

    def _rival(self, rival: Rival, own: float | None, zone: str) -> str:
        name = tell(sender(rival.touchpoint), self.language)
        what = " ".join(part for part in (name, rival.occurrence) if part)
        key, at = "sent" if rival.sent else "rival", When(rival.at, zone)
        if rival.score is None:
            return self._say(key, what=what, at=at)
        worth = f"{rival.score:g}"
        if own is None:
            return self._say(f"{key}_worth", what=what, at=at, worth=worth)
        return self._say(f"{key}_against", what=what, at=at, worth=worth, own=f"{own:g}")

    def _gates(self, findings: Sequence[Finding]) -> Iterable[Gates]:
        for channel in dict.fromkeys(finding.channel for finding in findings):
            of_it = [each for each in findings if each.channel == channel]
            silent = tuple(
                passed_in_words(each.gate) for each in of_it if each.passed and not each.detail
            )
            said = [(True, self._say("list", items=silent))] if silent else []
            said += [
                (each.passed, self._say("finding", gate=each.gate, detail=each.detail))
                for each in of_it
                if each.detail or not each.passed
            ]
            yield Gates(channel, tuple(said))

    def _say(self, key: str, **values: object) -> str:
        return Phrase(key, **values).told(self.language)


def label(name: str, language: Language) -> str:
    """`why`, `lost to` and the other labels of an account."""
    return Phrase(f"label.{name}").told(language)


def _what(each: Explanation) -> str:
    return f"{each.decision.touchpoint} {each.decision.occurrence}"


def _family(each: Explanation) -> str:
    return (each.decision.reason or "").partition(":")[0]
