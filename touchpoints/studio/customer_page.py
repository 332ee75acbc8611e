"""The page of one person: found by what they say, with their story, and why they get what."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from touchpoints.core.message import Message
from touchpoints.core.phrase import When
from touchpoints.core.reasons import reason_in_words
from touchpoints.core.sentences import WEEKDAYS
from touchpoints.engine.brief import Brief
from touchpoints.engine.explaining import explained
from touchpoints.engine.portrait import ALL, portrait
from touchpoints.engine.rendering import Wanted, render
from touchpoints.errors import UsageError
from touchpoints.gates import all_gates
from touchpoints.store.database import Database
from touchpoints.store.listing import names_of, numbers_of
from touchpoints.store.lookup import look_up
from touchpoints.store.reading import customer_numbers
from touchpoints.studio.asking import Asked, address
from touchpoints.studio.explanation import LABELS, Teller, label
from touchpoints.studio.guard import MAIL_POLICY
from touchpoints.studio.mailview import mail_view
from touchpoints.studio.studio import Studio
from touchpoints.workspace import Workspace

FOUND, NEWEST, LISTED = 25, 400, 25
"""How many are found, how many rows of each kind are read, and how many are listed."""

MESSAGE = ("id", "touchpoint", "channel", "occurrence", "as_of")
"""What the address of a preview says."""

MOST_ACCOUNTS = 60
"""Candidates that are explained on one page; a customer with more is asked by touchpoint."""


def routes(studio: Studio) -> APIRouter:
    """The search, the story, the explanation, and a message as this customer would see it."""
    router, page = APIRouter(), CustomerPage(studio)
    router.add_api_route("/customer", page.story, methods=["GET"])
    router.add_api_route("/customer/explain", page.explain, methods=["GET"])
    router.add_api_route("/customer/preview", page.preview, methods=["GET"])
    router.add_api_route("/customer/mail", page.mail, methods=["GET"])
    return router


class CustomerPage:
    """The customers of one studio; an id is a value of an address, whatever it is made of."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio

    def story(self, request: Request) -> Response:
        """What is known, planned and sent, of the customer who is named; else the search."""
        asked, workspace = Asked(request.query_params), self.studio.workspace()
        id_ = asked.text("id")
        with self.studio.database(workspace) as database:
            if id_ is None:
                return self._search(request, asked, database)
            no = _known(database, id_)
            brief = Brief.of(workspace, self.studio.clock.now())
            with database.reading() as connection:
                told = portrait(connection, brief, no, NEWEST)
                numbers = numbers_of(connection, no, NEWEST)
        words = _Words(self.studio.language(request))
        return self.studio.page(
            request,
            "customer",
            told=told,
            words=words,
            numbers=numbers,
            listed=LISTED,
            all_channels=ALL,
            explain=address("/customer/explain", id=id_),
            previews=_previews(workspace, id_),
        )

    def _search(self, request: Request, asked: Asked, database: Database) -> Response:
        sought = asked.text("q")
        found = []
        if sought is not None:
            with database.reading() as connection:
                found = look_up(connection, sought, FOUND + 1)
        return self.studio.page(
            request,
            "customer_search",
            sought=sought,
            found=found[:FOUND],
            more=len(found) > FOUND,
        )

    def explain(self, request: Request) -> Response:
        """Why this customer gets what, when and how, and why not the rest."""
        asked, workspace = Asked(request.query_params), self.studio.workspace()
        id_, only = asked.needed("id"), asked.text("touchpoint")
        horizon = max(1, workspace.policy.horizon.seconds // 86400)
        days = asked.number("days", horizon, 366)
        as_of = asked.instant("as_of") or self.studio.clock.now()
        language = self.studio.language(request)
        with self.studio.database(workspace) as database:
            no = _known(database, id_)
            brief = Brief.of(workspace, as_of, days, (id_,))
            story = explained(database, brief, all_gates(), no)
            with database.reading() as connection:
                name = names_of(connection, [id_]).get(id_)
        explanations = [
            each for each in story.explanations if only in {None, each.decision.touchpoint}
        ]
        return self.studio.page(
            request,
            "explain",
            id=id_,
            name=name,
            accounts_of=Teller(language).accounts(explanations[:MOST_ACCOUNTS]),
            count=len(explanations),
            hidden=max(0, len(explanations) - MOST_ACCOUNTS),
            before=story.before[:LISTED],
            as_of=When(brief.as_of, story.zone).told(language),
            instant=as_of.isoformat(),
            days=days,
            only=only,
            touchpoints=list(workspace.policy.touchpoints),
            zone=story.zone,
            words=_Words(language, story.zone),
            labels={key: label(key, language) for key in LABELS},
            back=address("/customer", id=id_),
            preview=_PreviewPlace(id_, as_of),
        )

    def preview(self, request: Request) -> Response:
        """One message as this customer would see it, if it left now."""
        asked, workspace = Asked(request.query_params), self.studio.workspace()
        with self.studio.database(workspace) as database:
            message = self._rendered(database, workspace, asked)
        kind = workspace.channels[message.channel].kind
        return self.studio.page(
            request,
            "preview",
            view=mail_view(message, is_mail=kind == "email"),
            kind=kind,
            message=message,
            frame=address("/customer/mail", **{name: asked.text(name) for name in MESSAGE}),
            back=address("/customer", id=message.customer),
        )

    def mail(self, request: Request) -> Response:
        """The HTML of a mail alone, for the frame that it is shown in."""
        asked, workspace = Asked(request.query_params), self.studio.workspace()
        with self.studio.database(workspace) as database:
            view = mail_view(self._rendered(database, workspace, asked), is_mail=True)
        return HTMLResponse(view.html or "", headers={"content-security-policy": MAIL_POLICY})

    def _rendered(self, database: Database, workspace: Workspace, asked: Asked) -> Message:
        name, channel = asked.needed("touchpoint"), asked.needed("channel")
        design = workspace.policy.touchpoints.get(name)
        if design is None:
            raise UsageError(f"no touchpoint {name!r} in the policy")
        if channel not in workspace.channels:
            raise UsageError(f"no channel {channel!r} in the policy")
        wanted = Wanted(design, asked.needed("id"), channel, asked.text("occurrence"))
        as_of = asked.instant("as_of") or self.studio.clock.now()
        return render(database, workspace, wanted, as_of)


class _PreviewPlace:
    """The addresses of previews of one customer."""

    def __init__(self, id_: str, as_of: datetime) -> None:
        self.id, self.as_of = id_, as_of

    def __call__(self, touchpoint: str, channel: str, occurrence: str) -> str:
        return address(
            "/customer/preview",
            id=self.id,
            touchpoint=touchpoint,
            channel=channel,
            occurrence=occurrence,
            as_of=self.as_of.isoformat(),
        )


class _Words:
    """Days, instants and reasons in the language of a page."""

    def __init__(self, language: str, zone: str | None = None) -> None:
        self.language, self.zone = language, zone

    def __call__(self, value: object) -> str:
        """A value as people read it: days with the weekday, instants to the minute."""
        if isinstance(value, datetime):
            return f"{self._day(value.date())} {value:%H:%M}"
        if isinstance(value, date):
            return self._day(value)
        return str(value)

    def at(self, seconds: int) -> str:
        """An instant on the clock of the customer."""
        return When(seconds, self.zone or "UTC").told(self.language)

    def reason(self, code: str) -> str:
        """A reason code in words."""
        return reason_in_words(code).told(self.language)

    def _day(self, day: date) -> str:
        weekday = WEEKDAYS[self.language][day.weekday()]
        return f"{weekday} {day}" if self.language == "en" else f"{day} {weekday}"


def _known(database: Database, id_: str) -> int:
    """The store's number of a customer. Raises UsageError."""
    with database.reading() as connection:
        found = customer_numbers(connection, [id_])
    if id_ not in found:
        raise UsageError(f"no customer {id_!r}; look for another id, name, e-mail or phone")
    return found[id_]


def _previews(workspace: Workspace, id_: str) -> Sequence[dict[str, Any]]:
    """Each touchpoint with the addresses of its previews by channel."""
    return [
        {
            "name": design.name,
            "channels": [
                (
                    name,
                    address("/customer/preview", id=id_, touchpoint=design.name, channel=name),
                )
                for name in design.channels
            ],
        }
        for design in workspace.policy.touchpoints.values()
    ]
