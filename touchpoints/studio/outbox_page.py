"""The page of the outbox: what waits, goes and is held, and what an operator says to it."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from touchpoints.core.message import State
from touchpoints.core.phrase import When
from touchpoints.engine.ceilings import PAUSE
from touchpoints.engine.operator import signed
from touchpoints.engine.settling import settle
from touchpoints.engine.standstill import stops_of
from touchpoints.errors import UsageError
from touchpoints.monitoring.redacting import redacted
from touchpoints.store import counting, pausing, recent, resolving
from touchpoints.store.listing import FURTHEST, page_of_messages
from touchpoints.store.resolving import Resolution
from touchpoints.studio.asking import Asked, Paging, address
from touchpoints.studio.messageview import message_view
from touchpoints.studio.studio import Studio
from touchpoints.workspace import Workspace

SIZE = 50
"""Messages of one page of the list."""

EVERYTHING = "*"
"""What stands in a form for all touchpoints together."""


def routes(studio: Studio) -> APIRouter:
    """Where the outbox stands, its lists and messages, and what an operator may do there."""
    router, page = APIRouter(), OutboxPage(studio)
    router.add_api_route("/outbox", page.overview, methods=["GET"])
    router.add_api_route("/outbox/message", page.message, methods=["GET"])
    router.add_api_route("/outbox/resolve", page.ask_to_resolve, methods=["GET"])
    router.add_api_route("/outbox/resolve", page.resolve, methods=["POST"])
    router.add_api_route("/outbox/pause", page.ask_to_pause, methods=["GET"])
    router.add_api_route("/outbox/pause", page.pause, methods=["POST"])
    router.add_api_route("/outbox/resume", page.resume, methods=["POST"])
    return router


class OutboxPage:
    """The outbox of one studio. What changes something is asked for once more before it is done."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio

    def overview(self, request: Request) -> Response:
        """Counts, what keeps messages from leaving, and a list by state."""
        asked, workspace = Asked(request.query_params), self.studio.workspace()
        state, now = _state(asked), self._now()
        number = asked.number("page", 1, FURTHEST // SIZE)
        with self.studio.database(workspace) as database, database.reading() as connection:
            found = page_of_messages(connection, state, (number - 1) * SIZE, SIZE + 1)
            standing = counting.standing(connection, now)
            values: dict[str, Any] = {
                "standing": standing,
                "lately": recent.gone_lately(connection, now),
                "held_since": recent.held_since(connection),
                "refusals": recent.last_refusals(connection),
                # A pause of everything has a line of its own, with the button that ends it.
                "stops": {
                    name: why
                    for name, why in stops_of(connection, workspace, now).items()
                    if name != PAUSE
                },
                "all_paused": pausing.all_paused_since(connection),
            }
        when = self._when(request, workspace)
        more = len(found) > SIZE and number < FURTHEST // SIZE
        paging = Paging(number, SIZE, more, "/outbox", {"state": state})
        return self.studio.page(
            request,
            "outbox",
            **values,
            state=state,
            states=[each.value for each in State],
            lines=[self._line(request, workspace, row) for row in found[:SIZE]],
            paging=paging,
            touchpoints=list(workspace.policy.touchpoints),
            when=when,
            redacted=redacted,
            everything=EVERYTHING,
        )

    def message(self, request: Request) -> Response:
        """One message whole, with its attempts and all that happened to it."""
        asked, workspace = Asked(request.query_params), self.studio.workspace()
        return self._message(request, workspace, asked.number("no", 0, 2**53))

    def _message(self, request: Request, workspace: Workspace, number: int) -> Response:
        with self.studio.database(workspace) as database, database.reading() as connection:
            view = message_view(connection, number, workspace, self.studio.language(request))
        if view is None:
            raise UsageError(f"no message {number} in the outbox")
        held = view.fields["state"] == State.HELD
        return self.studio.page(request, "message", view=view, resolutions=_ways(held))

    def ask_to_resolve(self, request: Request) -> Response:
        """What it would mean to say this of a held message, and the button that says it."""
        asked, workspace = Asked(request.query_params), self.studio.workspace()
        number, said = asked.number("no", 0, 2**53), _resolution(asked)
        with self.studio.database(workspace) as database, database.reading() as connection:
            view = message_view(connection, number, workspace, self.studio.language(request))
        if view is None or view.fields["state"] != State.HELD:
            raise UsageError(f"message {number} is not held; nothing is to be done")
        return self.studio.page(request, "resolve", view=view, said=said.value)

    def resolve(self, request: Request) -> Response:
        """Say it, and tell what the message is now."""
        asked, workspace = Asked(request.state.form), self.studio.workspace()
        number, said = asked.number("no", 0, 2**53), _resolution(asked)
        with self.studio.database(workspace) as database:
            state = settle(database, number, said, signed(self._now()))
        back = address("/outbox/message", no=number)
        return self._done(request, ("resolved", {"number": number, "state": state.value}), back)

    def ask_to_pause(self, request: Request) -> Response:
        """What a pause does, and the button that begins it."""
        asked, workspace = Asked(request.query_params), self.studio.workspace()
        name = _touchpoint(asked, workspace)
        return self.studio.page(request, "pause", name=name, everything=EVERYTHING)

    def pause(self, request: Request) -> Response:
        """Stop a touchpoint, or everything, and tell what that did."""
        asked, workspace = Asked(request.state.form), self.studio.workspace()
        name, now = _touchpoint(asked, workspace), self._now()
        with self.studio.database(workspace) as database:
            database.prepare()
            with database.writing() as connection:
                if name == EVERYTHING:
                    begins = pausing.pause_all(connection, now)
                    what = "everything_paused" if begins else "everything_was_paused"
                    return self._done(request, (what, {}), "/outbox")
                cancelled = pausing.pause(connection, name, signed(now))
        return self._done(request, ("paused", {"name": name, "count": cancelled}), "/outbox")

    def resume(self, request: Request) -> Response:
        """Let a touchpoint, or everything, go on, and tell what that did."""
        asked, workspace = Asked(request.state.form), self.studio.workspace()
        name = _touchpoint(asked, workspace)
        with self.studio.database(workspace) as database:
            database.prepare()
            with database.writing() as connection:
                if name == EVERYTHING:
                    ends = pausing.resume_all(connection)
                    what = "everything_goes_on" if ends else "everything_went_on"
                    return self._done(request, (what, {}), "/outbox")
                ends = pausing.resume(connection, name)
        what = "goes_on" if ends else "was_not_paused"
        return self._done(request, (what, {"name": name}), "/outbox")

    def _done(self, request: Request, said: tuple[str, dict[str, object]], back: str) -> Response:
        return self.studio.page(request, "done", what=said[0], values=said[1], back=back)

    def _line(self, request: Request, workspace: Workspace, row: tuple[Any, ...]) -> dict[str, Any]:
        named = dict(zip(counting.SHOWN, row, strict=True))
        zone, at = named["timezone"] or workspace.policy.timezone, named["send_at"]
        told = None if at is None else When(at, zone).told(self.studio.language(request))
        return named | {"at": told}

    def _when(self, request: Request, workspace: Workspace) -> Any:
        language, zone = self.studio.language(request), workspace.policy.timezone
        return lambda at: When(at, zone).told(language)

    def _now(self) -> int:
        return int(self.studio.clock.now().timestamp())


def _state(asked: Asked) -> str | None:
    state = asked.text("state")
    if state is not None and state not in set(State):
        raise UsageError(f"{state!r} is no state of a message")
    return state


def _resolution(asked: Asked) -> Resolution:
    said = asked.needed("said")
    if said not in set(Resolution):
        raise UsageError(f"{said!r} says nothing about a message; sent, resend or drop does")
    return Resolution(said)


def _ways(held: bool) -> list[str]:
    return [each.value for each in resolving.STATES] if held else []


def _touchpoint(asked: Asked, workspace: Workspace) -> str:
    name = asked.needed("touchpoint")
    if name != EVERYTHING and name not in workspace.policy.touchpoints:
        raise UsageError(f"no touchpoint {name!r} in the policy")
    return name
