"""An explanation as a page for a reader in a hurry: the verdict first, then why, then the gates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text

from touchpoints.cli.wrapping import wrapped
from touchpoints.core.calendar import zone_clock
from touchpoints.core.explain import Explanation
from touchpoints.core.finding import Finding, Rival
from touchpoints.core.phrase import Language, Phrase, When, tell
from touchpoints.core.reasons import passed_in_words, reason_in_words, weight
from touchpoints.engine.explaining import Before, Explained

LONG = 12
"""Candidates up to which each tells every gate; past that alike ones stand together."""
WIDEST = 100
"""Cells of a line that is still read at one glance."""
RECENT = 10
"""Messages of the past that are listed."""

_NEAR = frozenset({"cap", "gap", "capacity", "no_time", "merged"})
_LABELS = ("which", "why", "lost", "next", "change", "window")
_SENDS, _HOLDS, _QUIET = "green", "yellow", "dim"


@dataclass(frozen=True, slots=True)
class ExplainPage:
    """Prints what is explained of one customer in one language."""

    screen: Console
    language: Language
    customer: str
    explained: Explained
    _indent: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        labels = [self._say(f"label.{name}") for name in _LABELS]
        channels = {each.channel for one in self.explained.explanations for each in one.findings}
        object.__setattr__(self, "_indent", max(map(cell_len, [*labels, *channels])) + 4)

    def print(self, as_of: int, ever: int) -> None:
        """What goes out, what nearly would, the rest, and what went before: `ever` so many."""
        told = self.explained.explanations
        going = [each for each in told if each.decision.verdict == "send"]
        going.sort(key=lambda each: each.decision.send_at or 0)
        staying = [each for each in told if each.decision.verdict == "withhold"]
        near = [each for each in staying if _family(each) in _NEAR]
        self._head(len(told), len(going), as_of)
        self._section("going", [[each] for each in going])
        self._section("near", self._together(near))
        rest = [each for each in staying if _family(each) not in _NEAR]
        self._section("rest", self._together(rest))
        if self._long and staying:
            self._line(self._say("more", customer=self.customer), _QUIET)
            self._line("")
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
        self._line(title, "bold")
        zone = self.explained.zone
        offset = str(When(as_of, zone))[-6:]
        self._line(self._say("clock", zone=zone, offset=f"UTC{offset}"), _QUIET)
        self._line("")

    def _together(self, staying: Iterable[Explanation]) -> list[list[Explanation]]:
        """The withheld by reason; in a long page those with the same story stand together."""
        groups: dict[object, list[Explanation]] = {}
        for each in sorted(staying, key=lambda one: (weight(one.decision.reason or ""), one.opens)):
            decision = each.decision
            same = (decision.reason, decision.detail, decision.next_allowed, each.changes)
            groups.setdefault(same if self._long else id(each), []).append(each)
        return list(groups.values())

    def _section(self, key: str, groups: Sequence[Sequence[Explanation]]) -> None:
        if groups:
            self._line(self._say(key), "bold underline")
            self._line("")
        for group in groups:
            if group[0].decision.verdict == "send":
                self._send(group[0])
            else:
                self._withhold(group)
            if not self._long or group[0].decision.verdict == "send":
                self._window_and_gates(group[0])
            self._line("")

    def _send(self, each: Explanation) -> None:
        decision = each.decision
        at, worth = When(decision.send_at or 0, decision.zone), f"{decision.score:g}"
        how = {"at": at, "channel": decision.channel, "worth": worth}
        self._verdict("send", self._say("sending", what=_what(each), **how), _SENDS)
        if each.waits_for is not None:
            gate, detail = each.waits_for.gate, each.waits_for.detail
            self._labelled("why", self._say("later", code=gate, detail=detail))

    def _withhold(self, group: Sequence[Explanation]) -> None:
        each, code = group[0], group[0].decision.reason or ""
        reason = reason_in_words(code)
        if len(group) == 1:
            said = self._say("withheld", what=self._with_worth(each), reason=reason, code=code)
        else:
            said = self._say("withheld_many", count=len(group), reason=reason, code=code)
        self._verdict("withhold", said, _HOLDS)
        self._list("which", [self._with_worth(one) for one in group] if len(group) > 1 else [])
        self._list("why", [tell(each.decision.detail or "", self.language)])
        own = each.worth if len(group) == 1 else None
        zone = each.decision.zone
        self._list("lost", [self._rival(one, own, zone) for one in each.lost_to])
        if each.decision.next_allowed is not None:
            at = When(each.decision.next_allowed, zone)
            self._list("next", [self._say("earliest", at=at)])
        self._list("change", [tell(change, self.language) for change in each.changes])

    def _rival(self, rival: Rival, own: float | None, zone: str) -> str:
        what = " ".join(part for part in (rival.touchpoint, rival.occurrence) if part)
        key = "sent" if rival.sent else "rival"
        values = {"what": what, "at": When(rival.at, zone)}
        if rival.score is None:
            return self._say(key, **values)
        if own is None:
            return self._say(f"{key}_worth", **values, worth=f"{rival.score:g}")
        return self._say(f"{key}_against", **values, worth=f"{rival.score:g}", own=f"{own:g}")

    def _window_and_gates(self, each: Explanation) -> None:
        self._list("window", [self._window(each)])
        for channel in dict.fromkeys(finding.channel for finding in each.findings):
            name = channel
            for passed, words in self._gates(
                [finding for finding in each.findings if finding.channel == channel]
            ):
                sign = ("✓ ", _SENDS) if passed else ("✗ ", "red")
                self._put(name, words, sign)
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
        self._line(self._say("before"), "bold underline")
        self._line("")
        before = self.explained.before
        told = [self._went(each) for each in before[:RECENT]] or [self._say("nothing_before")]
        if len(before) > RECENT:
            told.append(self._say("older", count=len(before) - RECENT))
        if ever:
            told.append(self._say("all", count=ever, customer=self.customer))
        for line in told:
            self._line(line, indent=2)

    def _went(self, each: Before) -> str:
        what = " ".join(part for part in (each.touchpoint, each.occurrence) if part)
        return self._say(
            "went",
            at=When(each.at, self.explained.zone),
            what=what or Phrase("sender.other"),
            channel=each.channel,
            state=Phrase(f"state.{each.state}"),
        )

    def _with_worth(self, each: Explanation) -> str:
        if each.worth is None:
            return _what(each)
        return self._say("worth", what=_what(each), worth=f"{each.worth:g}")

    def _verdict(self, verdict: str, what: str, style: str) -> None:
        word = self._say(verdict)
        lines = wrapped(what, self._width - self._indent)
        head = Text(set_cell_size(word, self._indent), style=f"bold {style}")
        self.screen.print(head + Text(lines[0], style="bold"), soft_wrap=True)
        for line in lines[1:]:
            self.screen.print(Text(" " * self._indent + line, style="bold"), soft_wrap=True)

    def _list(self, label: str, items: Sequence[str]) -> None:
        for place, item in enumerate(items):
            self._labelled(label if place == 0 else "", item)

    def _labelled(self, label: str, text: str) -> None:
        self._put(self._say(f"label.{label}") if label else "", text)

    def _put(self, label: str, text: str, sign: tuple[str, str] = ("", "")) -> None:
        """A label and its text, whose further lines stand under the first."""
        inner = self._width - self._indent - cell_len(sign[0])
        head = Text(set_cell_size("  " + label, self._indent), style=_QUIET) + Text(*sign)
        for line in wrapped(text, inner):
            self.screen.print(head + Text(line), soft_wrap=True)
            head = Text(" " * (self._indent + cell_len(sign[0])))

    def _line(self, text: str, style: str = "", indent: int = 0) -> None:
        for line in wrapped(text, self._width - indent) if text else [""]:
            self.screen.print(Text(" " * indent).append(line, style=style), soft_wrap=True)

    @property
    def _width(self) -> int:
        return max(40, min(self.screen.width, WIDEST))

    def _say(self, key: str, **values: object) -> str:
        return Phrase(key, **values).told(self.language)


def _what(each: Explanation) -> str:
    return f"{each.decision.touchpoint} {each.decision.occurrence}"


def _family(each: Explanation) -> str:
    return (each.decision.reason or "").partition(":")[0]
