"""The pages of the studio, put together behind the guard."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles

from touchpoints.errors import PolicyError, TouchpointsError
from touchpoints.studio import (
    calendar_page,
    customer_page,
    editor_page,
    language_page,
    outbox_page,
    policy_page,
    samples_page,
    templates_page,
    testing_page,
)
from touchpoints.studio.guard import Guard
from touchpoints.studio.saying import complaint, sentence
from touchpoints.studio.studio import Studio

PAGES: tuple[Callable[[Studio], APIRouter], ...] = (
    templates_page.routes,
    editor_page.routes,
    samples_page.routes,
    testing_page.routes,
    calendar_page.routes,
    customer_page.routes,
    outbox_page.routes,
    policy_page.routes,
    language_page.routes,
)
"""Every page, in the order of the navigation."""

STATIC = Path(__file__).with_name("static")


def application(studio: Studio) -> Guard:
    """The studio as an ASGI application."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    for routes in PAGES:
        app.include_router(routes(studio))
    app.add_api_route("/", _home, methods=["GET"])
    app.mount("/static", StaticFiles(directory=STATIC))
    for kind in (TouchpointsError, RequestValidationError, HTTPException, Exception):
        app.add_exception_handler(kind, _told(studio))
    return Guard(app, studio.access)


def _home() -> Response:
    return RedirectResponse("/templates", 303)


def _told(studio: Studio) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def told(request: Request, error: Exception) -> Response:
        """What went wrong, in words; what was not foreseen is told to the terminal only."""
        language = studio.language(request)
        status, what = _words(error)
        what = sentence(what, language)
        found = error.complaints if isinstance(error, PolicyError) else ()
        complaints = [complaint(each, language) for each in found]
        if "application/json" in request.headers.get("accept", ""):
            return JSONResponse({"error": what}, status)
        return studio.page(request, "trouble", status=status, what=what, complaints=complaints)

    return told


def _words(error: Exception) -> tuple[int, str]:
    if isinstance(error, TouchpointsError):
        return 422, str(error)
    if isinstance(error, RequestValidationError):
        return 400, ""
    if isinstance(error, HTTPException):
        return error.status_code, ""
    return 500, ""
