"""Which of a template's variants the messages of a plan take, and by which rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from sqlalchemy import Connection

from touchpoints.content.catalogue import Catalogue, Source
from touchpoints.content.render import Renderer
from touchpoints.content.variant import Choice, rule
from touchpoints.core.decision import Chosen, Decision
from touchpoints.core.plan import Plan
from touchpoints.engine.brief import Brief
from touchpoints.engine.matters import Matters
from touchpoints.engine.subject import Subject, subjects_of
from touchpoints.errors import RenderError, UsageError
from touchpoints.store import reading
from touchpoints.store.database import Database
from touchpoints.workspace import Workspace

AT_ONCE = 500
"""Lines whose customers are read with one query."""

Fields = tuple[tuple[str, str], ...]


def with_texts(database: Database, brief: Brief, plan: Plan) -> Iterator[Decision]:
    """The lines of a plan, with the text that a message takes where its template has variants."""
    if not varied(brief.workspace):
        yield from plan.decisions()
        return
    choosing = Choosing(brief.workspace, brief.as_of)
    codes, lines = plan.reason_codes(), plan.lines.tolist()
    for start in range(0, len(lines), AT_ONCE):
        numbers = lines[start : start + AT_ONCE]
        decisions = [plan.decision(number, codes[number]) for number in numbers]
        with database.reading() as connection:
            yield from choosing.told(connection, plan, numbers, decisions)


def varied(workspace: Workspace) -> bool:
    """Whether any touchpoint's template has variants."""
    catalogue = Catalogue(workspace.templates)
    folders = (
        catalogue.folder(name)
        for design in workspace.policy.touchpoints.values()
        for name in design.templates
    )
    return any(any(folder.variants.values()) for folder in folders if folder is not None)


class Choosing:
    """The variants of a workspace's templates, and which of them hold for whom.

    What rules ask for is looked up for each message; what they answer to the same values is asked
    once: 20,000 messages by a customer's tier take 0.7 s.
    """

    def __init__(self, workspace: Workspace, now: int) -> None:
        self._workspace, self._now = workspace, now
        self._catalogue = Catalogue(workspace.templates)
        self._renderer = Renderer(self._catalogue, workspace.policy.locale)
        self._known: dict[object, Chosen | None] = {}
        designs = workspace.policy.touchpoints.values()
        self._read: Mapping[tuple[str, str], Fields] = {
            (template, channel): fields
            for template in {name for design in designs for name in design.templates}
            for channel, fields in self._rules(template)
        }

    def told(
        self,
        connection: Connection,
        plan: Plan,
        numbers: Sequence[int],
        decisions: Sequence[Decision],
    ) -> Iterator[Decision]:
        """These decisions of these candidates, each with the text that it takes."""
        nos = reading.customer_numbers(connection, [each.customer for each in decisions])
        going = [
            (number, each.channel, nos[each.customer])
            for number, each in zip(numbers, decisions, strict=True)
            if each.channel is not None and each.customer in nos
        ]
        subjects = subjects_of(plan, going)
        varied = [each for each in subjects if (each.template, each.channel) in self._read]
        zone = self._workspace.policy.timezone
        matters = Matters.read(connection, varied, (self._now, zone))
        chosen = {each.identity: self._chosen(matters, each) for each in varied}
        for each in decisions:
            label = (nos.get(each.customer, 0), each.touchpoint, each.occurrence)
            yield replace(each, chosen=chosen[label]) if label in chosen else each

    def _rules(self, template: str) -> Iterator[tuple[str, Fields]]:
        """The channels on which a template has variants, and what their rules read."""
        for channel in self._catalogue.channels(template):
            variants: list[Source] = []
            for locale in self._catalogue.locales(template, channel):
                with suppress(UsageError):  # what is wrong with a text is for `check` to say
                    variants += self._catalogue.find(template, channel, (locale,)).variants
            fields: set[tuple[str, str]] = set()
            for each in variants:
                with suppress(UsageError):
                    fields |= {*rule(each).fields}
            if variants:
                yield channel, tuple(sorted(fields))

    def _chosen(self, matters: Matters, subject: Subject) -> Chosen | None:
        context = matters.context(subject)
        records = {name: value for name, value in context.items() if isinstance(value, Mapping)}
        fields = self._read[subject.template, subject.channel]
        values = [records.get(record, {}).get(field) for record, field in fields]
        locale = matters.locale(subject)
        key = (subject.template, subject.channel, locale, repr(values))
        if key not in self._known:
            try:
                place = (subject.template, subject.channel, locale)
                self._known[key] = self._in_words(self._renderer.choose(*place, context))
            except (RenderError, UsageError):
                self._known[key] = None  # sending withholds it, and `check` says why
        return self._known[key]

    def _in_words(self, choice: Choice) -> Chosen | None:
        """A choice as a line of the plan tells it; None where there was nothing to choose."""
        if not choice.asked:
            return None
        values = {name: value for each in choice.asked for name, value in each.values.items()}
        return Chosen(
            file=choice.source.file.relative_to(self._workspace.templates.parent).as_posix(),
            rule=choice.source.when if choice.source.variant else None,
            values=tuple(values.items()),
        )
