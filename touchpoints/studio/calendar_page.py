"""The page of the coming days: what goes out when, what does not and why, from the plan itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from touchpoints.core.calendar import date_of, day_of, zone_clock
from touchpoints.core.phrase import When, tell
from touchpoints.core.reasons import reason_in_words
from touchpoints.engine.forecast import Choice, Forecast
from touchpoints.store.listing import names_of
from touchpoints.studio.asking import Asked, Paging, address
from touchpoints.studio.forecasts import Forecasts, Shown
from touchpoints.studio.heatmap import Place, going_out, staying_in
from touchpoints.studio.studio import Studio
from touchpoints.workspace import Workspace

LONGEST = 31
"""Days that a map shows at most."""

SIZE = 50
"""Lines of one page of a list."""


def routes(studio: Studio) -> APIRouter:
    """The heat map, and the list behind each of its cells."""
    router, forecasts = APIRouter(), Forecasts(studio)

    @router.get("/calendar")
    def calendar(request: Request) -> Response:
        return CalendarPage(studio, forecasts, request).map()

    @router.get("/calendar/list")
    def list_(request: Request) -> Response:
        return CalendarPage(studio, forecasts, request).list()

    return router


class CalendarPage:
    """One answer: what was asked for, and the forecast that it is taken from."""

    def __init__(self, studio: Studio, forecasts: Forecasts, request: Request) -> None:
        self.studio, self.request = studio, request
        self.asked = Asked(request.query_params)
        self.workspace: Workspace = studio.workspace()
        horizon = min(LONGEST, max(1, self.workspace.policy.horizon.seconds // 86400))
        self.days = self.asked.number("days", horizon, LONGEST)
        self.language = studio.language(request)
        self.shown: Shown = forecasts.show(self.workspace, self.asked.instant("as_of"), self.days)

    def map(self) -> Response:
        """The heat map of what goes out, and of what does not by reason."""
        forecast = self.shown.forecast
        if forecast is None:
            return self._waiting()
        place = self._place()
        going, staying = going_out(forecast, place), staying_in(forecast, place)
        return self.studio.page(
            self.request,
            "calendar",
            **self._frame(forecast, place),
            going=going,
            staying=staying,
            told={band.names[0]: self._reason(band.names[0]) for band in staying.bands},
        )

    def list(self) -> Response:
        """The lines behind a cell, page by page."""
        forecast = self.shown.forecast
        if forecast is None:
            return self._waiting()
        place = self._place()
        rows = forecast.chosen(place.choice)
        last = max(1, -(-len(rows) // SIZE))
        number = min(self.asked.number("page", 1, 1_000_000), last)
        decisions = list(forecast.decisions(rows[(number - 1) * SIZE : number * SIZE]))
        with self.studio.database(self.workspace) as database, database.reading() as connection:
            names = names_of(connection, [each.customer for each in decisions])
        lines = [
            {
                "decision": each,
                "name": names.get(each.customer),
                "at": None if each.send_at is None else self._when(each.send_at, each.zone),
                "reason": each.reason and self._reason(each.reason),
                "detail": each.detail and tell(each.detail, self.language),
                "next": each.next_allowed and self._when(each.next_allowed, each.zone),
                "story": address("/customer", id=each.customer),
                "why": address(
                    "/customer/explain",
                    id=each.customer,
                    as_of=place.as_of,
                    days=self.days,
                    touchpoint=each.touchpoint,
                ),
            }
            for each in decisions
        ]
        paging = Paging(number, SIZE, number < last, "/calendar/list", place.values())
        return self.studio.page(
            self.request,
            "calendar_list",
            **self._frame(forecast, place),
            lines=lines,
            count=len(rows),
            paging=paging,
            last=last,
        )

    def _frame(self, forecast: Forecast, place: Place) -> dict[str, Any]:
        choice = place.choice
        day = self.asked.day("day")
        return {
            "place": place,
            "choice": choice,
            "day": day,
            "days": self.days,
            "longest": LONGEST,
            "as_of": self._when(forecast.brief.as_of, self.workspace.policy.timezone),
            "zone": self.workspace.policy.timezone,
            "stale": self.shown.stale,
            "fresh": address("/calendar", **(place.values() | {"as_of": None})),
            "back": address("/calendar", **(place.values() | {"day": None})),
            "reasons": {code: self._reason(code) for code in forecast.reasons},
            "forecast_days": [date_of(number) for number in forecast.days],
            "options": {
                "touchpoints": [(name, name) for name in forecast.touchpoints],
                "channels": [(name, name) for name in forecast.channels],
            },
        }

    def _place(self) -> Place:
        day = self.asked.day("day")
        verdict = self.asked.text("verdict")
        clock = zone_clock(self.workspace.policy.timezone)
        return Place(
            as_of=clock.local(int(self.shown.as_of.timestamp())).isoformat(timespec="minutes"),
            days=self.days,
            choice=Choice(
                day=None if day is None else day_of(day),
                touchpoint=self.asked.text("touchpoint"),
                channel=self.asked.text("channel"),
                verdict=verdict if verdict in {"send", "withhold"} else None,
                reason=self.asked.text("reason"),
            ),
        )

    def _waiting(self) -> Response:
        """The plan is still being made: the browser looks again after a second."""
        until = self.shown.as_of + timedelta(days=self.days)
        clock = zone_clock(self.workspace.policy.timezone)
        span = [clock.minute(int(each.timestamp())) for each in (self.shown.as_of, until)]
        answer = self.studio.page(self.request, "calendar_waiting", span=span)
        answer.headers["refresh"] = "1"
        return answer

    def _reason(self, code: str) -> str:
        return reason_in_words(code).told(self.language)

    def _when(self, at: int, zone: str) -> str:
        return When(at, zone).told(self.language)
