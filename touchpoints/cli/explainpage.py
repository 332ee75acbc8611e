"""An explanation as a page for a reader in a hurry: the verdict first, then why, then the gates."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console

from touchpoints.cli.sheet import Sheet
from touchpoints.core.calendar import zone_clock
from touchpoints.core.explain import Explanation
from touchpoints.core.finding import Finding, Rival
from touchpoints.core.limitwords import sender
from touchpoints.core.phrase import Language, Phrase, When, tell
from touchpoints.core.reasons import passed_in_words, reason_in_words, weight
from touchpoints.engine.explaining import Before, Explained

LONG = 12
"""Candidates up to which each tells every gate; past that alike ones stand together."""
RECENT = 10
"""Messages of the past that are listed."""

Alike = Callable[[Explanation], object]

_NEAR = frozenset({"cap", "gap", "capacity", "no_time", "merged"})
_LABELS = ("text", "which", "why", "lost", "next", "change", "window")
_SENDS, _HOLDS, _QUIET = "green", "yellow", "dim"


@dataclass(frozen=True, slots=True)
class ExplainPage:
    """Prints what is explained of one customer in one language."""

    sheet: Sheet
    customer: str
    explained: Explained

    @classmethod
    def of(
        cls, screen: Console, language: Language, customer: str, explained: Explained
    ) -> ExplainPage:
        """A page whose labels have room in this language."""
        labels = {Phrase(f"label.{name}").told(language) for name in _LABELS}
        channels = {each.channel for one in explained.explanations for each in one.findings}
        return cls(Sheet.of(screen, language, labels | channels), customer, explained)

    def print(self, as_of: int, ever: int) -> None:
        """What goes out, what nearly would, the rest, and what went before: `ever` so many."""
        told = self.explained.explanations
        going = [each for each in told if each.decision.verdict == "send"]
        going.sort(key=lambda each: each.decision.send_at or 0)
        staying = [each for each in told if each.decision.verdict == "withhold"]
        near = [each for each in staying if _family(each) in _NEAR]
        self._head(len(told), len(going), as_of)
        self._section("going", [[each] for each in going])
        self._section("near", self._together(near, _story))
        rest = [each for each in staying if _family(each) not in _NEAR]
        self._section("rest", self._together(rest, lambda each: each.decision.reason))
        if self._long and staying:
            self.sheet.line(self._say("more", customer=self.customer), _QUIET)
            self.sheet.line()
        self._before(ever)

    @property
    def _long(self) -> bool:
        return len(self.explained.explanations) > LONG

    def _head(self, count: int, going: int, as_of: int) -> None:
        noun = Phrase("candidate" if count == 1 else "candidates", count=count)
        title = self._say(
            "title",
            customer=self.customer,
            candidates=noun,
            going=going,
            staying=count - going,
        )
        self.sheet.line(title, "bold")
        zone = self.explained.zone
        offset = str(When(as_of, zone))[-6:]
        self.sheet.line(self._say("clock", zone=zone, offset=f"UTC{offset}"), _QUIET)
        self.sheet.line()

    def _together(self, staying: Iterable[Explanation], alike: Alike) -> list[list[Explanation]]:
        """The withheld by reason; in a long page those that are alike stand together."""
        groups: dict[object, list[Explanation]] = {}
        for each in sorted(staying, key=_order):
            groups.setdefault(alike(each) if self._long else id(each), []).append(each)
        return list(groups.values())

    def _section(self, key: str, groups: Sequence[Sequence[Explanation]]) -> None:
        if groups:
            self.sheet.line(self._say(key), "bold underline")
            self.sheet.line()
        for group in groups:
            if group[0].decision.verdict == "send":
                self._send(group[0])
            else:
                self._withhold(group)
            if not self._long or group[0].decision.verdict == "send":
                self._window_and_gates(group[0])
            self.sheet.line()

    def _send(self, each: Explanation) -> None:
        decision = each.decision
        at, worth = When(decision.send_at or 0, decision.zone), f"{decision.score:g}"
        how = {"at": at, "channel": decision.channel, "worth": worth}
        self.sheet.verdict("send", self._say("sending", what=_what(each), **how), _SENDS)
        if decision.chosen is not None:
            self.sheet.items("text", [decision.chosen.words.told(self.sheet.language)])
        if each.waits_for is not None:
            gate, detail = each.waits_for.gate, each.waits_for.detail
            self.sheet.items("why", [self._say("later", code=gate, detail=detail)])

    def _withhold(self, group: Sequence[Explanation]) -> None:
        each, code = group[0], group[0].decision.reason or ""
        reason = reason_in_words(code)
        if len(group) == 1:
            said = self._say("withheld", what=self._with_worth(each), reason=reason, code=code)
        else:
            said = self._say("withheld_many", count=len(group), reason=reason, code=code)
        self.sheet.verdict("withhold", said, _HOLDS)
        if len({_story(one) for one in group}) > 1:
            self.sheet.items("which", [self._in_short(one) for one in group])
            return
        self.sheet.items("why", [self._tell(each.why)])
        own = each.worth if len(group) == 1 else None
        zone = each.decision.zone
        self.sheet.items("lost", [self._rival(one, own, zone) for one in each.lost_to])
        if each.decision.next_allowed is not None:
            at = When(each.decision.next_allowed, zone)
            self.sheet.items("next", [self._say("earliest", at=at)])
        self.sheet.items(
            "change",
            [self._tell(change) for change in each.changes],
        )
        if len(group) > 1:
            self.sheet.items("which", [self._with_worth(one) for one in group])

    def _rival(self, rival: Rival, own: float | None, zone: str) -> str:
        name = self._tell(sender(rival.touchpoint))
        what = " ".join(part for part in (name, rival.occurrence) if part)
        key = "sent" if rival.sent else "rival"
        values = {"what": what, "at": When(rival.at, zone)}
        if rival.score is None:
            return self._say(key, **values)
        if own is None:
            return self._say(f"{key}_worth", **values, worth=f"{rival.score:g}")
        return self._say(f"{key}_against", **values, worth=f"{rival.score:g}", own=f"{own:g}")

    def _window_and_gates(self, each: Explanation) -> None:
        self.sheet.items("window", [self._window(each)])
        for channel in dict.fromkeys(finding.channel for finding in each.findings):
            name = channel
            for passed, words in self._gates(
                [finding for finding in each.findings if finding.channel == channel]
            ):
                sign, style = ("✓ ", _SENDS) if passed else ("✗ ", "red")
                self.sheet.labelled(name, words, sign, style)
                name = ""

    def _window(self, each: Explanation) -> str:
        zone, clock = each.decision.zone, zone_clock(each.decision.zone)
        closes: object = When(each.closes, zone)
        if clock.local_day(each.opens) == clock.local_day(each.closes):
            closes = f"{clock.local(each.closes):%H:%M}"
        return self._say("window", opens=When(each.opens, zone), closes=closes)

    def _gates(self, findings: Sequence[Finding]) -> Iterator[tuple[bool, str]]:
        """The gates that simply let it pass on one line, then each that has something to say."""
        silent = tuple(
            passed_in_words(finding.gate)
            for finding in findings
            if finding.passed and not finding.detail
        )
        if silent:
            yield True, self._say("list", items=silent)
        for finding in findings:
            if finding.detail or not finding.passed:
                words = self._say("finding", gate=finding.gate, detail=finding.detail)
                yield finding.passed, words

    def _before(self, ever: int) -> None:
        self.sheet.line(self._say("before"), "bold underline")
        self.sheet.line()
        before = self.explained.before
        told = [self._went(each) for each in before[:RECENT]] or [self._say("nothing_before")]
        if len(before) > RECENT:
            told.append(self._say("older", count=len(before) - RECENT))
        if ever:
            told.append(self._say("all", count=ever, customer=self.customer))
        for line in told:
            self.sheet.line(line, indent=2)

    def _went(self, each: Before) -> str:
        what = " ".join(part for part in (each.touchpoint, each.occurrence) if part)
        return self._say(
            "went",
            at=When(each.at, self.explained.zone),
            what=what or Phrase("sender.other"),
            channel=each.channel,
            state=Phrase(f"state.{each.state}"),
        )

    def _in_short(self, each: Explanation) -> str:
        told = "; ".join(self._tell(change) for change in each.changes)
        return self._say("finding", gate=_what(each), detail=told)

    def _with_worth(self, each: Explanation) -> str:
        if each.worth is None:
            return _what(each)
        return self._say("worth", what=_what(each), worth=f"{each.worth:g}")

    def _say(self, key: str, **values: object) -> str:
        return self.sheet.say(key, **values)

    def _tell(self, text: str) -> str:
        return tell(text, self.sheet.language)


def _what(each: Explanation) -> str:
    return f"{each.decision.touchpoint} {each.decision.occurrence}"


def _order(each: Explanation) -> tuple[tuple[int, str], int, float]:
    """By reason, then the sooner, then what is worth more."""
    return (weight(each.decision.reason or ""), each.opens, -(each.worth or 0.0))


def _story(each: Explanation) -> object:
    decision = each.decision
    return (decision.reason, decision.detail, decision.next_allowed, each.changes)


def _family(each: Explanation) -> str:
    return (each.decision.reason or "").partition(":")[0]
