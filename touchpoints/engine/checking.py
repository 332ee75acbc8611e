"""Check: everything that can be known to be wrong before anything is planned or sent."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path

from touchpoints.channels import open_channel
from touchpoints.content.audience import Audience
from touchpoints.content.body import Flaw, flaws
from touchpoints.content.calling import Calling
from touchpoints.content.catalogue import Catalogue
from touchpoints.content.check import check_template
from touchpoints.content.expression import TemplateError
from touchpoints.core.policy import Touchpoint
from touchpoints.engine.bodies import tree_of
from touchpoints.engine.vocabulary import HISTORY, LINE, OCCURRENCE, Vocabulary
from touchpoints.errors import Complaint, PolicyError, UsageError
from touchpoints.moments.annual import Annual
from touchpoints.moments.event import Event
from touchpoints.moments.fact import Fact
from touchpoints.moments.lapsed import Lapsed
from touchpoints.workspace import ChannelSettings, Workspace
from touchpoints.workspace.document import FILE_NAME

BROKEN = frozenset({"syntax", "refused", "too-complex", "html-place", "html-element"})
"""What no customer's data can mend; such a text stops a run before it does anything."""

LEARNT = ("customer has no", "fact has no", "event has no")
"""How complaints about fields begin that the next import may bring."""


@dataclass(frozen=True, slots=True)
class Checker:
    """Checks one workspace; `known` is what its data have."""

    workspace: Workspace
    known: Vocabulary

    def everything(self) -> tuple[Complaint, ...]:
        """All complaints about policy, channels and texts, in the order of the files."""
        policy = (*self.workspace.warnings, *self._channels(), *self._touchpoints())
        return in_order((*policy, *self.templates()))

    def templates(self, only: str | None = None) -> tuple[Complaint, ...]:
        """All complaints about the texts, of every template or of one."""
        catalogue = Catalogue(self.workspace.templates)
        uses = self._uses()
        names = [*uses, *(name for name in catalogue.names() if name not in uses)]
        found: list[Complaint] = []
        for name in names if only is None else [only]:
            users = uses.get(name, [])
            channels = [channel for design in users for channel in design.channels]
            asked = list(dict.fromkeys(channels)) or list(catalogue.channels(name))
            locales = self._locales(catalogue, name)
            complaints = check_template(
                catalogue, name, asked, locales, self._names(users), self._calling(users)
            )
            found += [_softened(each) for each in complaints]
        return in_order(_relative(each, self.workspace.root) for each in found)

    def _uses(self) -> dict[str, list[Touchpoint]]:
        uses: dict[str, list[Touchpoint]] = {}
        for design in self.workspace.policy.touchpoints.values():
            for name in design.templates:
                uses.setdefault(name, []).append(design)
        return uses

    def _locales(self, catalogue: Catalogue, name: str) -> list[str]:
        """The workspace's, the customers', and those that the template has on some channel."""
        own = [
            locale
            for channel in catalogue.channels(name)
            for locale in catalogue.locales(name, channel)
        ]
        wanted = (self.workspace.policy.locale, *self.known.locales, *own)
        return [locale for locale in dict.fromkeys(wanted) if locale]

    def _names(self, users: Sequence[Touchpoint]) -> Mapping[str, Collection[str] | None]:
        if not users:
            return {}
        facts, events = (set().union(*kinds) for kinds in zip(*map(_kinds, users), strict=True))
        return {
            "customer": self.known.customer,
            "fact": self.known.fact(facts),
            "event": self.known.event(events),
            "line": LINE,
            "occurrence": OCCURRENCE,
        }

    def _calling(self, users: Sequence[Touchpoint]) -> Calling:
        lines = self.workspace.policy.lines
        phones = [line.phone for line in lines.values()]
        company = self.workspace.company.get("phone")
        return Calling(
            phones=[*phones, company] if company else phones,
            lines=tuple(lines),
            users={design.name: design.line for design in users},
            company_phone=company is not None,
        )

    def _channels(self) -> Iterator[Complaint]:
        for each in self.workspace.channels.values():
            try:
                root = self.workspace.root
                open_channel(each.name, each.transport, each.kind, each.options, root).close()
            except UsageError as error:
                place = self.workspace.where("channels", each.name)
                yield Complaint(FILE_NAME, *place, str(error), code="channel")
            yield from self._body(each)

    def _body(self, channel: ChannelSettings) -> Iterator[Complaint]:
        key, tree = tree_of(channel)
        for flaw in flaws(tree) if key in channel.options else ():
            found, base = flaw.finding, ("channels", channel.name, key)
            place = self._place_of(flaw, base)
            yield Complaint(FILE_NAME, *place, found.what, found.remedy, found.code, found.severity)

    def _place_of(self, flaw: Flaw, base: tuple[str | int, ...]) -> tuple[int, int]:
        """Where a piece of a body's text stands, as far as it is written on one line."""
        line, column = self.workspace.where(*base, *flaw.path)
        text = self.workspace.file.read_text("utf-8-sig").split("\n")[line - 1]
        found = text.find(flaw.finding.sought, column - 1) if flaw.finding.sought else -1
        return (line, column) if found < 0 else (line, found + 1)

    def _touchpoints(self) -> Iterator[Complaint]:
        for design in self.workspace.policy.touchpoints.values():
            yield from self._audience(design)
            moment = self.workspace.tree
            for step in ("touchpoints", design.name, "moment"):
                moment = moment.step(step) or moment
            if isinstance(design.moment, Annual) and moment.step("leap_day") is None:
                place = self.workspace.where("touchpoints", design.name, "moment")
                what = "in a common year a 29 February is kept on 28 February: `leap_day` is not"
                what += " given, and `backward` is the default"
                remedy = "say it with leap_day: backward, forward or skip"
                yield Complaint(FILE_NAME, *place, what, remedy, "leap-day", "remark")

    def _audience(self, design: Touchpoint) -> Iterator[Complaint]:
        try:
            audience = Audience(design.audience)
        except TemplateError as error:
            place = self._place(design, error.offset)
            what = f"the audience cannot be used: {error}"
            yield Complaint(FILE_NAME, *place, what, code="audience")
            return
        for record, field in audience.fields:
            fields = self._fields(design, record)
            if fields is not None and field not in fields:
                near = get_close_matches(field, list(fields), n=1)
                what = f"no {record} has a {field!r} so far, which this audience asks for"
                remedy = f"did you mean {near[0]!r}?" if near else "check the name, or import it"
                place = self._place(design, max(0, design.audience.find(field)))
                yield Complaint(FILE_NAME, *place, what, remedy, "unknown-name", "warning")

    def _fields(self, design: Touchpoint, record: str) -> Collection[str] | None:
        if record == "history":
            return HISTORY
        facts, events = _kinds(design)
        if record in {"fact", "event"}:
            return self.known.fact(facts) if record == "fact" else self.known.event(events)
        return self.known.customer if record == "customer" else None

    def _place(self, design: Touchpoint, offset: int) -> tuple[int, int]:
        """Where in the file a place in an audience stands, as far as it is written on one line."""
        line, column = self.workspace.where("touchpoints", design.name, "audience")
        text = self.workspace.file.read_text("utf-8-sig").split("\n")[line - 1]
        start = text.find(design.audience, column - 1)
        return (line, column) if start < 0 else (line, start + offset + 1)


def refuse_broken_texts(workspace: Workspace) -> None:
    """Raises PolicyError where a text of an enabled touchpoint can never be rendered."""
    designs = workspace.policy.touchpoints.values()
    used = dict.fromkeys(name for each in designs if each.enabled for name in each.templates)
    checker = Checker(workspace, Vocabulary())
    found = [complaint for name in used for complaint in checker.templates(name)]
    broken = [each for each in found if each.code in BROKEN and each.severity == "error"]
    if broken:
        raise PolicyError(in_order(broken))


def _kinds(design: Touchpoint) -> tuple[set[str], set[str]]:
    """The kinds of facts and of events that a touchpoint's texts and audience may look at."""
    match design.moment:
        case Fact(fact=kind):
            return {kind}, set()
        case Event(event=kind) | Lapsed(since=kind):
            return set(), {kind}
    return set(), set()


def texts_alone(root: Path) -> tuple[Complaint, ...]:
    """All complaints about the texts of a workspace whose policy cannot be read."""
    catalogue = Catalogue(root.absolute() / "templates")
    found: list[Complaint] = []
    for name in catalogue.names():
        found += check_template(catalogue, name, catalogue.channels(name), (), {})
    return in_order(_relative(each, root.absolute()) for each in found)


def in_order(complaints: Iterable[Complaint]) -> tuple[Complaint, ...]:
    """Each complaint once: the policy's first, then by file and place."""
    each_once = dict.fromkeys(complaints)
    return tuple(
        sorted(each_once, key=lambda one: (one.file != FILE_NAME, one.file, one.line, one.column))
    )


def _softened(complaint: Complaint) -> Complaint:
    """A field that no customer has so far is a warning."""
    learnt = complaint.code == "unknown-name" and complaint.what.startswith(LEARNT)
    return replace(complaint, severity="warning") if learnt else complaint


def _relative(complaint: Complaint, root: Path) -> Complaint:
    file = Path(complaint.file)
    shown = file.relative_to(root).as_posix() if file.is_relative_to(root) else complaint.file
    return replace(complaint, file=shown)
