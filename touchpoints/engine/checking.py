"""Check: everything that can be known to be wrong before anything is planned or sent."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from touchpoints.channels import open_channel
from touchpoints.content.audience import Audience
from touchpoints.content.body import Flaw, flaws
from touchpoints.content.catalogue import Catalogue
from touchpoints.content.check import check_template
from touchpoints.content.expression import TemplateError
from touchpoints.core.policy import Touchpoint
from touchpoints.engine.bodies import tree_of
from touchpoints.engine.texts import Texts, graded_as, kinds_of, relative
from touchpoints.engine.trying import Render
from touchpoints.engine.vocabulary import HISTORY, Vocabulary
from touchpoints.errors import Complaint, PolicyError, UsageError
from touchpoints.moments.annual import Annual
from touchpoints.workspace import ChannelSettings, Workspace
from touchpoints.workspace.document import FILE_NAME

BROKEN = frozenset({"syntax", "refused", "too-complex", "html-place", "html-element"})
"""What no customer's data can mend; such a text stops a run before it does anything."""


@dataclass(frozen=True, slots=True)
class Checker:
    """Checks one workspace; `known` is what its data have.

    `drafts` are texts that are not saved yet, by their names in the templates folder, and `render`
    makes them elsewhere than here. Many templates are read by as many as `hands` processes.
    """

    workspace: Workspace
    known: Vocabulary
    drafts: Mapping[str, str] = field(default_factory=dict)
    render: Render | None = None
    hands: int = 1

    def everything(self) -> tuple[Complaint, ...]:
        """All complaints about policy, channels and texts, in the order of the files."""
        policy = (*self.workspace.warnings, *self._channels(), *self._touchpoints())
        graded = (each for one in policy for each in graded_as(one, self.workspace.checks))
        return in_order((*graded, *self.templates()))

    def templates(self, only: str | None = None) -> tuple[Complaint, ...]:
        """All complaints about the texts, of every template or of one."""
        texts = Texts(self.workspace, self.known, self.drafts, self.render, hands=self.hands)
        return in_order(texts.all(only))

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
        for record, asked in audience.fields:
            fields = self._fields(design, record)
            if fields is not None and asked not in fields:
                near = get_close_matches(asked, list(fields), n=1)
                what = f"no {record} has a {asked!r} so far, which this audience asks for"
                remedy = f"did you mean {near[0]!r}?" if near else "check the name, or import it"
                place = self._place(design, max(0, design.audience.find(asked)))
                yield Complaint(FILE_NAME, *place, what, remedy, "unknown-name", "warning")

    def _fields(self, design: Touchpoint, record: str) -> Collection[str] | None:
        if record == "history":
            return HISTORY
        facts, events = kinds_of(design)
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
    texts = Texts(workspace, Vocabulary(), trying=False)
    found = [complaint for name in used for complaint in texts.all(name)]
    broken = [each for each in found if each.code in BROKEN and each.severity == "error"]
    if broken:
        raise PolicyError(in_order(broken))


def texts_alone(root: Path) -> tuple[Complaint, ...]:
    """All complaints about the texts of a workspace whose policy cannot be read."""
    catalogue = Catalogue(root.absolute() / "templates")
    found: list[Complaint] = []
    for name in catalogue.names():
        found += check_template(catalogue, name, catalogue.channels(name), (), {})
    return in_order(relative(each, root.absolute()) for each in found)


def in_order(complaints: Iterable[Complaint]) -> tuple[Complaint, ...]:
    """Each complaint once: the policy's first, then by file and place."""
    each_once = dict.fromkeys(complaints)
    return tuple(
        sorted(each_once, key=lambda one: (one.file != FILE_NAME, one.file, one.line, one.column))
    )
