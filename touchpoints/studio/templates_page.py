"""The page of the templates: what there is, and where it is written."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from touchpoints.studio.studio import Studio


def routes(studio: Studio) -> APIRouter:
    """The list of templates, and the editor of one."""
    router = APIRouter()

    @router.get("/templates")
    def everything(request: Request) -> Response:
        return studio.page(request, "templates", workspace=studio.workspace())

    return router
