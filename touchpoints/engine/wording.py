"""Words and bytes of one candidate's message, for sending and for `template render` alike."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlalchemy import Connection

from touchpoints.channels.mime import Envelope, compose
from touchpoints.content.catalogue import Catalogue
from touchpoints.content.context import SECTIONS
from touchpoints.content.render import Renderer
from touchpoints.content.sections import SECTION
from touchpoints.content.variant import Choice
from touchpoints.core.calendar import date_of
from touchpoints.core.message import Message, Rendered
from touchpoints.core.plan import Plan
from touchpoints.core.policy import Touchpoint
from touchpoints.engine.birthdays import years_since_birth
from touchpoints.engine.bodies import Bodies
from touchpoints.engine.crowd import BASE_COLUMNS, address_of
from touchpoints.engine.hourwords import line_hours
from touchpoints.engine.matter import matter
from touchpoints.engine.people import whole_customer
from touchpoints.errors import RenderError
from touchpoints.store import reading
from touchpoints.store.dialect import Row
from touchpoints.store.reading import CUSTOMER_COLUMNS
from touchpoints.workspace import ChannelSettings, Workspace

_COLUMNS = BASE_COLUMNS + tuple(name for name in CUSTOMER_COLUMNS if name not in BASE_COLUMNS)


@dataclass(frozen=True, slots=True)
class Subject:
    """What a message is about: one candidate of a plan, on one channel."""

    customer_no: int
    customer: str
    design: Touchpoint
    occurrence: str
    day: int
    base: int
    offset: int
    channel: str

    @classmethod
    def of(cls, plan: Plan, number: int, customer_no: int, channel: str) -> Subject:
        """A candidate of a plan by its number."""
        candidates = plan.case.candidates
        return cls(
            customer_no=customer_no,
            customer=str(plan.case.customers.id[candidates.customer[number]]),
            design=plan.case.rulebook.touchpoints[int(candidates.touchpoint[number])],
            occurrence=str(candidates.occurrence[number]),
            day=int(candidates.day[number]),
            base=int(candidates.base[number]),
            offset=int(candidates.offset[number]),
            channel=channel,
        )

    @property
    def key(self) -> str:
        """CUSTOMER/TOUCHPOINT/OCCURRENCE: the same message for ever."""
        return f"{self.customer}/{self.design.name}/{self.occurrence}"

    @property
    def template(self) -> str:
        """The template of this occurrence's offset."""
        return self.design.template_of(self.offset)

    def message(self, words: tuple[str, str | None, str, bytes], now: datetime) -> Message:
        """The message about this with its address, subject, body and bytes, leaving at `now`."""
        address, subject, body, content = words
        return Message(
            key=self.key,
            customer=self.customer,
            touchpoint=self.design.name,
            occurrence=self.occurrence,
            channel=self.channel,
            address=address,
            subject=subject,
            body=body,
            content=content,
            sent_at=now,
        )


class Wording:
    """Renders the messages of one workspace; templates are compiled once.

    The bytes for `unseen` channels are those without the text: composing them and keeping them in
    memory took a third of the time and two thirds of the room of a simulated year.
    """

    def __init__(self, workspace: Workspace, unseen: Collection[str] = ()) -> None:
        self._workspace, self._unseen = workspace, frozenset(unseen)
        self._renderer = Renderer(
            Catalogue(workspace.templates), workspace.policy.locale, workspace.longest
        )
        self._bodies = Bodies(workspace.channels.values())

    def message(
        self,
        connection: Connection,
        subject: Subject,
        now: datetime,
        sections: Sequence[str] = (),
    ) -> Message:
        """The message as it leaves at `now`, from fresh data, with the sections that it takes in.

        Raises RenderError where this customer's data do not do, UsageError for a broken template.
        """
        row = reading.customers(connection, [subject.customer_no], _COLUMNS)[0]
        channel = self._workspace.channels[subject.channel]
        address = address_of(channel, row)
        if address is None:
            raise RenderError(f"no usable address for {channel.name}")
        context = self._context(connection, subject, row, now)
        context[SECTIONS] = tuple(sections)
        rendered = self._renderer.render(subject.template, channel.name, _locale(row), context)
        unseen = channel.name in self._unseen
        shown = replace(rendered, text="", html=None) if unseen else rendered
        content = self._content(channel, subject, (address, now), shown)
        return subject.message((address, rendered.subject, rendered.text, content), now)

    def choose(self, connection: Connection, subject: Subject, now: datetime) -> Choice:
        """Which file a message is written from, and by which rules. Raises UsageError."""
        row = reading.customers(connection, [subject.customer_no], _COLUMNS)[0]
        context = self._context(connection, subject, row, now)
        return self._renderer.choose(subject.template, subject.channel, _locale(row), context)

    def section(self, connection: Connection, subject: Subject, now: datetime) -> str:
        """The short text of a message that travels in another. Raises RenderError, UsageError."""
        row = reading.customers(connection, [subject.customer_no], _COLUMNS)[0]
        context = self._context(connection, subject, row, now)
        return self._renderer.render(subject.template, SECTION, _locale(row), context).text

    def variables(
        self, connection: Connection, subject: Subject, now: datetime
    ) -> tuple[str | None, dict[str, object]]:
        """The customer's locale, and what a text about this may name. Raises UsageError."""
        row = reading.customers(connection, [subject.customer_no], _COLUMNS)[0]
        return _locale(row), self._context(connection, subject, row, now)

    def _context(
        self, connection: Connection, subject: Subject, row: Row, now: datetime
    ) -> dict[str, object]:
        """The variables of the template: plain values, blank ones left out."""
        customer = whole_customer(row, _COLUMNS)
        context: dict[str, object] = {
            "customer": customer,
            "company": dict(self._workspace.company),
            "occurrence": _occurrence(connection, subject),
        }
        about = (subject.customer_no, subject.occurrence, subject.day)
        zone = self._workspace.policy.timezone
        context |= matter(connection, subject.design.moment, about, int(now.timestamp()), zone)
        if subject.design.line is not None:
            line = self._workspace.policy.lines[subject.design.line]
            spoken = self._renderer.spoken(subject.template, subject.channel, _locale(row))
            words = line_hours(self._workspace.policy, line, spoken, int(now.timestamp()))
            context["line"] = {"name": line.name, "phone": line.phone, "hours": words}
        return context

    def _content(
        self,
        channel: ChannelSettings,
        subject: Subject,
        where: tuple[str, datetime],
        rendered: Rendered,
    ) -> bytes:
        address, now = where
        body = self._bodies.of(channel.name)
        if body is not None:
            return body.content(
                subject.message((address, rendered.subject, rendered.text, b""), now), rendered.html
            )
        if channel.kind != "email":
            return rendered.text.encode()
        reply_to = channel.options.get("reply_to")
        envelope = Envelope(
            key=subject.key,
            sender=rendered.sender or sender_of(self._workspace, channel),
            to=address,
            date=now.astimezone(UTC),
            reply_to=str(reply_to) if reply_to else None,
        )
        try:
            return compose(envelope, rendered)
        except ValueError as error:
            # What is wrong with an address quotes it; errors are printed and logged.
            what = str(error)
            if address in what:
                what = f"the address on {channel.name} is not one that mail can be sent to"
            raise RenderError(what) from error


def sender_of(workspace: Workspace, channel: ChannelSettings) -> str:
    """Who a mail is from, unless its template says so."""
    return str(channel.options.get("from") or f"{workspace.name} <{NO_SENDER}>")


def _locale(row: Row) -> str | None:
    found = row[_COLUMNS.index("locale") + 1]
    return str(found) if found else None


def _occurrence(connection: Connection, subject: Subject) -> dict[str, object]:
    values: dict[str, object] = {
        "key": subject.occurrence,
        "date": date_of(subject.base),
        "offset": subject.day - subject.base,
    }
    years = years_since_birth(connection, subject.customer_no, subject.design, subject.occurrence)
    return values if years is None else values | {"years": years}


NO_SENDER = "nobody@example.invalid"
"""The address of a workspace that has not said who writes; no real mail server accepts it."""
