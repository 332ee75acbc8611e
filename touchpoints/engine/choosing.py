"""Which of a template's variants the messages of a plan take, and by which rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from sqlalchemy import Connection

from touchpoints.content.catalogue import Catalogue, Source
from touchpoints.content.render import Renderer
from touchpoints.content.variant import Choice, rule
from touchpoints.core.calendar import date_of
from touchpoints.core.decision import Chosen, Decision
from touchpoints.core.plan import Plan
from touchpoints.engine.birthdays import years_since_birth
from touchpoints.engine.brief import Brief
from touchpoints.engine.matter import matter
from touchpoints.engine.people import whole_customer
from touchpoints.engine.wording import Subject
from touchpoints.errors import RenderError, UsageError
from touchpoints.store import reading
from touchpoints.store.database import Database
from touchpoints.store.reading import CUSTOMER_COLUMNS
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
        found = reading.customers(connection, list(nos.values()), CUSTOMER_COLUMNS)
        people = {int(row[0]): whole_customer(row, CUSTOMER_COLUMNS) for row in found}
        for number, each in zip(numbers, decisions, strict=True):
            no = nos.get(each.customer)
            if each.channel is None or no not in people:
                yield each
                continue
            subject = Subject.of(plan, number, no, each.channel)
            yield replace(each, chosen=self._chosen(connection, subject, people[no]))

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

    def _chosen(
        self, connection: Connection, subject: Subject, customer: Mapping[str, object]
    ) -> Chosen | None:
        fields = self._read.get((subject.template, subject.channel))
        if fields is None:
            return None
        context = self._context(connection, subject, customer, {*fields})
        records = {name: value for name, value in context.items() if isinstance(value, Mapping)}
        values = [records.get(record, {}).get(field) for record, field in fields]
        locale = str(customer.get("locale") or "") or None
        key = (subject.template, subject.channel, locale, repr(values))
        if key not in self._known:
            try:
                place = (subject.template, subject.channel, locale)
                self._known[key] = self._in_words(self._renderer.choose(*place, context))
            except (RenderError, UsageError):
                self._known[key] = None  # sending withholds it, and `check` says why
        return self._known[key]

    def _context(
        self,
        connection: Connection,
        subject: Subject,
        customer: Mapping[str, object],
        fields: set[tuple[str, str]],
    ) -> dict[str, object]:
        """What the rules may read, looked up as far as they do."""
        no, key, day = subject.customer_no, subject.occurrence, subject.day
        occurrence = {"key": key, "date": date_of(subject.base), "offset": day - subject.base}
        if ("occurrence", "years") in fields:
            years = years_since_birth(connection, no, subject.design, key)
            occurrence |= {} if years is None else {"years": years}
        context: dict[str, object] = {"customer": customer, "occurrence": occurrence}
        if {"fact", "event"} & {record for record, _ in fields}:
            zone = self._workspace.policy.timezone
            about = (no, key, day)
            context |= matter(connection, subject.design.moment, about, self._now, zone)
        return context

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
