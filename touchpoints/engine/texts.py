"""The findings in a workspace's texts: as they are written, and as sample customers get them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from touchpoints.channels.address import Mailbox
from touchpoints.content.calling import Calling
from touchpoints.content.catalogue import Catalogue
from touchpoints.content.check import check_template
from touchpoints.content.usage import Usage
from touchpoints.core.policy import Touchpoint
from touchpoints.engine.hands import shared_out
from touchpoints.engine.samples import Samples, read_samples
from touchpoints.engine.trials import trial_findings
from touchpoints.engine.trying import Render, Trials
from touchpoints.engine.vocabulary import LINE, OCCURRENCE, Vocabulary
from touchpoints.errors import Complaint, PolicyError, UsageError
from touchpoints.moments.event import Event
from touchpoints.moments.fact import Fact
from touchpoints.moments.lapsed import Lapsed
from touchpoints.workspace import Workspace

LEARNT = ("customer has no", "fact has no", "event has no")
"""How complaints about fields begin that the next import may bring."""


@dataclass(frozen=True, slots=True)
class Texts:
    """Reads the texts of one workspace; `known` is what its data have.

    `drafts` stand for files, saved or not; `render` makes texts elsewhere; without `trying` none is
    made at all. Many templates are read by as many as `hands` processes.
    """

    workspace: Workspace
    known: Vocabulary
    drafts: Mapping[str, str] = field(default_factory=dict)
    render: Render | None = None
    trying: bool = True
    hands: int = 1

    def all(self, only: str | None = None) -> Iterator[Complaint]:
        """All findings about every template, or one, as severe as the policy has them."""
        catalogue = Catalogue(self.workspace.templates, self.drafts, once=True)
        uses = self._uses()
        names = [*uses, *(name for name in catalogue.names() if name not in uses)]
        samples, wrong = self._samples()
        trials = Trials(self.workspace, catalogue, samples, self.render)

        def one(name: str) -> list[Complaint]:
            read = [_softened(each) for each in self._read(catalogue, name, uses.get(name, []))]
            return list(self._told(self._tried(trials, name, read) if self.trying else read))

        yield from self._told(wrong)
        yield from shared_out(one, names if only is None else [only], self.hands)

    def _told(self, found: Iterable[Complaint]) -> Iterator[Complaint]:
        """As severe as the policy has them, with files as seen from the workspace."""
        root = self.workspace.root
        for each in found:
            yield from (relative(one, root) for one in graded_as(each, self.workspace.checks))

    def _read(
        self, catalogue: Catalogue, name: str, users: Sequence[Touchpoint]
    ) -> Iterator[Complaint]:
        channels = [channel for design in users for channel in design.channels]
        asked = list(dict.fromkeys(channels)) or list(catalogue.channels(name))
        locales = self._locales(catalogue, name)
        usage = self._usage(users)
        yield from check_template(catalogue, name, asked, locales, self._names(users), usage)
        yield from _senders(catalogue, name)

    def _tried(self, trials: Trials, name: str, read: Sequence[Complaint]) -> Iterator[Complaint]:
        """What was read, and what the samples show; a broken text is not tried."""
        if any(each.severity == "error" for each in read):
            yield from read
            return
        costs = {each.name: each.cost for each in self.workspace.policy.channels.values()}
        yield from read
        yield from trial_findings(trials.of(name), costs)

    def _samples(self) -> tuple[Samples, tuple[Complaint, ...]]:
        try:
            return read_samples(self.workspace.templates), ()
        except PolicyError as error:
            return Samples(), error.complaints

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
        facts, events = _all_kinds(users)
        return {
            "customer": self.known.customer,
            "fact": self.known.fact(facts),
            "event": self.known.event(events),
            "line": LINE,
            "occurrence": OCCURRENCE,
        }

    def _usage(self, users: Sequence[Touchpoint]) -> Usage:
        workspace = self.workspace
        policy = workspace.policy
        promotes = [
            each.name for each in users if policy.categories[each.category].consent == "required"
        ]
        stoppable = [
            each.name
            for each in workspace.channels.values()
            if each.kind == "email" or "sms" in each.name.lower()
        ]
        return Usage(
            calling=self._calling(users),
            lacking=self.known.lacking(*_all_kinds(users)) if users else {},
            promotes=promotes,
            stoppable=stoppable,
            hosts=workspace.link_hosts,
            limits=workspace.longest,
        )

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


def graded_as(complaint: Complaint, checks: Mapping[str, str]) -> Iterable[Complaint]:
    """The complaint as severe as the policy has it; nothing where it is off there."""
    severity = checks.get(complaint.code, complaint.severity)
    return () if severity == "off" else (replace(complaint, severity=severity),)


def kinds_of(design: Touchpoint) -> tuple[set[str], set[str]]:
    """The kinds of facts and of events that a touchpoint's texts and audience may look at."""
    match design.moment:
        case Fact(fact=kind):
            return {kind}, set()
        case Event(event=kind) | Lapsed(since=kind):
            return set(), {kind}
    return set(), set()


def relative(complaint: Complaint, root: Path) -> Complaint:
    """The complaint with its file as seen from the workspace."""
    file = Path(complaint.file)
    shown = file.relative_to(root).as_posix() if file.is_relative_to(root) else complaint.file
    return replace(complaint, file=shown)


def _all_kinds(users: Sequence[Touchpoint]) -> tuple[set[str], set[str]]:
    facts, events = zip(*map(kinds_of, users), strict=True)
    return set().union(*facts), set().union(*events)


def _senders(catalogue: Catalogue, name: str) -> Iterator[Complaint]:
    """A `from` that is not one mailbox."""
    for channel in catalogue.channels(name):
        for locale in catalogue.locales(name, channel):
            try:
                source = catalogue.find(name, channel, (locale,))
            except UsageError:
                continue  # told by those who read the text
            for each in (source, *source.variants):
                try:
                    Mailbox.parse(each.front.get("from", "a@b.example"))
                except ValueError as error:
                    place = (each.front_lines["from"], 1)
                    remedy = 'write from: "Harbour Bank <hello@harbour.example>"'
                    yield Complaint(str(each.file), *place, f"from: {error}", remedy, "sender")


def _softened(complaint: Complaint) -> Complaint:
    """A field that no customer has so far is a warning."""
    learnt = complaint.code == "unknown-name" and complaint.what.startswith(LEARNT)
    return replace(complaint, severity="warning") if learnt else complaint
