"""Words and bytes of one candidate's message, for sending and for `template render` alike."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection

from touchpoints.channels.mime import Envelope, compose
from touchpoints.content.catalogue import Catalogue
from touchpoints.content.context import SECTIONS, frozen
from touchpoints.content.render import Renderer, Written
from touchpoints.content.sections import SECTION
from touchpoints.content.variant import Choice
from touchpoints.core.message import Message, Rendered
from touchpoints.engine.bodies import Bodies
from touchpoints.engine.crowd import address_of
from touchpoints.engine.hourwords import line_hours
from touchpoints.engine.matters import Matters
from touchpoints.engine.subject import Subject
from touchpoints.errors import RenderError
from touchpoints.store.dialect import Row
from touchpoints.workspace import ChannelSettings, Workspace


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
        self._found: dict[tuple[str, str, str | None], Written] = {}
        self._company = frozen(workspace.company, "company")  # its texts are made harmless once
        self._bodies = Bodies(workspace.channels.values())

    def matters(
        self,
        connection: Connection,
        subjects: Sequence[Subject],
        now: datetime,
        people: Mapping[int, Row] | None = None,
    ) -> Matters:
        """What these messages are about, from fresh data, for all that is said about them here.

        `people` are their customers' rows, where this very transaction has read them already.

        From now on templates are read as they are now: looking whether one has changed takes a
        tenth of the time of a short text.
        """
        self._found.clear()
        zone = self._workspace.policy.timezone
        return Matters.read(connection, subjects, (int(now.timestamp()), zone), people)

    def message(
        self, matters: Matters, subject: Subject, now: datetime, sections: Sequence[str] = ()
    ) -> Message:
        """The message as it leaves at `now`, with the sections that it takes in.

        Raises RenderError where this customer's data do not do, UsageError for a broken template.
        """
        channel = self._workspace.channels[subject.channel]
        address = address_of(channel, matters.customers[subject.customer_no])
        if address is None:
            raise RenderError(f"no usable address for {channel.name}")
        context = self._context(matters, subject, now)
        context[SECTIONS] = tuple(sections)
        rendered = self._renderer.write(self._text(matters, subject, channel.name), context)
        unseen = channel.name in self._unseen
        shown = rendered._replace(text="", html=None) if unseen else rendered
        content = self._content(channel, subject, (address, now), shown)
        return subject.message((address, rendered.subject, rendered.text, content), now)

    def choose(self, matters: Matters, subject: Subject, now: datetime) -> Choice:
        """Which file a message is written from, and by which rules. Raises UsageError."""
        locale, context = self.variables(matters, subject, now)
        return self._renderer.choose(subject.template, subject.channel, locale, context)

    def section(self, matters: Matters, subject: Subject, now: datetime) -> str:
        """The short text of a message that travels in another. Raises RenderError, UsageError."""
        text = self._text(matters, subject, SECTION)
        return self._renderer.write(text, self._context(matters, subject, now)).text

    def variables(
        self, matters: Matters, subject: Subject, now: datetime
    ) -> tuple[str | None, dict[str, object]]:
        """The customer's locale, and what a text about this may name. Raises UsageError."""
        context = self._context(matters, subject, now) | {"company": dict(self._workspace.company)}
        return matters.locale(subject), context

    def _context(self, matters: Matters, subject: Subject, now: datetime) -> dict[str, object]:
        """The variables of the template: plain values, blank ones left out."""
        context = matters.context(subject)
        context["company"] = self._company
        if subject.design.line is not None:
            line = self._workspace.policy.lines[subject.design.line]
            spoken = self._text(matters, subject, subject.channel).spoken
            words = line_hours(self._workspace.policy, line, spoken, int(now.timestamp()))
            context["line"] = {"name": line.name, "phone": line.phone, "hours": words}
        return context

    def _text(self, matters: Matters, subject: Subject, channel: str) -> Written:
        """The file that a message is written from. Raises UsageError where there is none."""
        wanted = (subject.template, channel, matters.locale(subject))
        found = self._found.get(wanted)
        if found is None:
            found = self._found[wanted] = self._renderer.find(*wanted)
        return found

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


NO_SENDER = "nobody@example.invalid"
"""The address of a workspace that has not said who writes; no real mail server accepts it."""
