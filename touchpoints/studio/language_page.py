"""The switch between the languages of the pages."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import RedirectResponse, Response

from touchpoints.studio.studio import LANGUAGE_COOKIE, Studio
from touchpoints.studio.words import LANGUAGES


def routes(studio: Studio) -> APIRouter:  # noqa: ARG001 - every page is handed the studio
    """The switch, and back to the page that it was on."""
    router = APIRouter()

    @router.post("/language")
    def choose(request: Request) -> Response:
        form = request.state.form
        if form.get("language") not in LANGUAGES:
            raise HTTPException(400)
        back = form.get("back", "")
        # Only a place of our own: `//evil.example` would be another host.
        inside = back.startswith("/") and not back.startswith(("//", "/\\"))
        answer = RedirectResponse(back if inside else "/", 303)
        answer.set_cookie(
            LANGUAGE_COOKIE, form["language"], max_age=31_536_000, httponly=True, samesite="strict"
        )
        return answer

    return router
