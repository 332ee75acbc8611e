"""The press: proofs and findings of texts that are not saved yet, made outside this process."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock

from touchpoints.content.catalogue import Catalogue
from touchpoints.content.folder import FileName
from touchpoints.content.render import Renderer
from touchpoints.content.sms import Segments, segments
from touchpoints.core.message import Rendered
from touchpoints.engine.checking import Checker
from touchpoints.engine.learning import vocabulary
from touchpoints.engine.limited import Limited
from touchpoints.engine.trying import Request
from touchpoints.engine.vocabulary import Vocabulary
from touchpoints.engine.wording import sender_of
from touchpoints.errors import Complaint, PolicyError, RenderError, StoreError, UsageError
from touchpoints.studio.shelf import Shelf
from touchpoints.studio.studio import Studio
from touchpoints.studio.tryout import Person, Place, tryout
from touchpoints.workspace import Workspace

MAILS = 24
"""How many rendered mails are kept for their frames; one is shown at a time."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A text as it stands in the editor; `file` is its name in the templates folder."""

    file: str
    text: str

    @property
    def template(self) -> str:
        """The template that it belongs to; a shared file belongs to none."""
        return self.file.partition("/")[0]

    @property
    def name(self) -> FileName | None:
        """What the file is for; None for a shared one."""
        return FileName.parse(self.file.partition("/")[2]) if self.file[:1] != "_" else None


@dataclass(frozen=True, slots=True)
class Proof:
    """What somebody would get, on which channel and in which language, from which file.

    `rule` is the rule of the variant that it is written from, None where that is for everybody;
    `mail` names the rendered HTML, to be fetched by a frame; `own` is false where the customer has
    no such occasion ahead, so that it is made up.
    """

    rendered: Rendered
    channel: str
    locale: str
    sender: str
    own: bool
    file: str
    rule: str | None
    mail: str | None
    size: Segments | None
    price: float


class Press:
    """Makes proofs in one warm child process and findings in another, so that neither waits."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self._children: dict[str, tuple[Workspace, Limited]] = {}
        self._locks = {"proof": Lock(), "check": Lock()}
        self._mails: OrderedDict[str, str] = OrderedDict()
        self._known = Vocabulary()

    def learn(self) -> Vocabulary:
        """Look again at which fields the data have; an unusable database has none."""
        workspace = self._studio.workspace()
        try:
            with self._studio.database(workspace) as database, database.reading() as connection:
                self._known = vocabulary(connection)
        except (StoreError, UsageError):
            self._known = Vocabulary()
        return self._known

    def proof(self, draft: Draft, who: Person, locale: str) -> Proof:
        """What somebody would get by this text. Raises RenderError, UsageError."""
        workspace = self._studio.workspace()
        drafts = {draft.file: draft.text}
        catalogue = Catalogue(workspace.templates, drafts)
        place = self._place(draft, catalogue)
        asked = tryout(self._studio, catalogue, place, who, locale)
        with self._child("proof", workspace, drafts) as child:
            rendered = child(asked.request)
        channel = asked.request.channel
        size = None if rendered.subject or rendered.html else segments(rendered.text)
        settings = workspace.channels.get(channel)
        sender = sender_of(workspace, settings) if settings else workspace.name
        policy = workspace.policy.channels.get(channel)
        file, rule = _taken(catalogue, workspace, asked.request, draft.file)
        return Proof(
            rendered=rendered,
            channel=channel,
            locale=asked.request.locale,
            sender=rendered.sender or sender,
            own=asked.own,
            file=file,
            rule=rule,
            mail=self._kept(rendered.html) if rendered.html else None,
            size=size,
            price=(policy.cost if policy else 0.0) * (size.count if size else 1),
        )

    def findings(self, draft: Draft) -> tuple[Complaint, ...]:
        """What `check` would find, were the text saved."""
        workspace = self._studio.workspace()
        drafts = {draft.file: draft.text}
        only = draft.template if draft.name else None
        with self._child("check", workspace, drafts) as child:
            found = Checker(workspace, self._known, drafts, child).templates(only)
        return tuple(each for each in found if only or each.file.endswith(draft.file))

    def mail(self, name: str) -> str | None:
        """A rendered mail, for its frame; None where it is kept no longer."""
        return self._mails.get(name)

    def close(self) -> None:
        """End the children."""
        for _, child in self._children.values():
            child.close()
        self._children.clear()

    def _place(self, draft: Draft, catalogue: Catalogue) -> Place:
        """Which text is made: a shared file is tried in the first one that names it."""
        if draft.name is not None:
            return draft.template, draft.name
        shelf = Shelf(catalogue.root)
        for template, files in shelf.templates():
            for file in files:
                name = FileName.parse(file)
                if name and draft.file in shelf.read(f"{template}/{file}").text:
                    return template, name
        raise UsageError(f"no text uses {draft.file}, so that there is nothing to show it in")

    def _kept(self, html: str) -> str:
        name = secrets.token_urlsafe(12)
        self._mails[name] = html
        while len(self._mails) > MAILS:
            self._mails.popitem(last=False)
        return name

    @contextmanager
    def _child(self, work: str, workspace: Workspace, drafts: dict[str, str]) -> Iterator[Limited]:
        with self._locks[work]:
            known, child = self._children.get(work, (None, None))
            if child is None or known is not workspace:
                if child is not None:
                    child.close()
                child = Limited(workspace)
                self._children[work] = (workspace, child)
            child.drafts = drafts
            yield child


def _taken(
    catalogue: Catalogue, workspace: Workspace, asked: Request, file: str
) -> tuple[str, str | None]:
    """The file that a customer's text is written from, and of several variants the rule of it."""
    renderer = Renderer(catalogue, workspace.policy.locale, workspace.longest)
    chosen = renderer.choose(asked.template, asked.channel, asked.locale, asked.context).source
    beside = chosen.html_file.name if chosen.html_file else ""
    name = beside if file.endswith(f"/{beside}") else chosen.file.name
    return name, chosen.when if chosen.variant else None


def in_words(error: RenderError | UsageError, workspace: Workspace) -> str:
    """What is wrong with a text, without the folder that it lies in."""
    first = str(error.complaints[0]) if isinstance(error, PolicyError) else str(error)
    return first.replace(f"{workspace.templates}/", "")
