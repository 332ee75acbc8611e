"""The sample customers: the file that says whom texts are tried on, to read and to write."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, Response

from touchpoints.engine.samples import FILE, Samples, samples_in
from touchpoints.errors import PolicyError
from touchpoints.studio.saying import complaint
from touchpoints.studio.shelf import ChangedError, Shelf
from touchpoints.studio.studio import Studio
from touchpoints.studio.words import words

FIRST = """\
now: 2026-11-24T09:00:00+08:00

customers:
  ann: {locale: en, name: Ann Archer, given_name: Ann, family_name: Archer}

facts: {}

events: {}
"""
"""What a workspace without samples begins with."""

NAME = Path("templates") / FILE
"""What findings call the file."""

MOST = 200
"""People and things that are listed beside the text."""


class Written(BaseModel):
    """The file as it stands in the editor."""

    text: Annotated[str, Field(max_length=100_000)]


class Saved(Written):
    """The file to save over the version that was opened, None for one that was not there."""

    version: Annotated[str, Field(max_length=200)] | None


def routes(studio: Studio) -> APIRouter:
    """The page of the samples, and what its script asks for."""
    router = APIRouter()

    @router.get("/templates/samples")
    def show(request: Request) -> Response:
        sheet = Shelf(studio.workspace().templates).samples()
        script = {"words": words(studio.language(request)).page("samples")}
        script["words"] |= words(studio.language(request)).page("editor")
        return studio.page(request, "samples", sheet=sheet, first=FIRST, script=script)

    @router.post("/templates/samples/check")
    def check(request: Request, written: Written) -> Response:
        try:
            samples = samples_in(written.text, NAME)
        except PolicyError as error:
            language = studio.language(request)
            found = [complaint(each, language) for each in error.complaints]
            faults = [{"line": each.line, "what": each.what} for each in found]
            return JSONResponse({"findings": faults})
        return JSONResponse({"findings": [], **_told(samples)})

    @router.post("/templates/samples/save")
    def save(saved: Saved) -> Response:
        samples_in(saved.text, NAME)
        try:
            version = Shelf(studio.workspace().templates).write_samples(saved.text, saved.version)
        except ChangedError as error:
            there = error.sheet
            told = {"version": there and there.version, "text": there and there.text}
            return JSONResponse(told, 409)
        return JSONResponse({"version": version})

    return router


def _told(samples: Samples) -> Mapping[str, Any]:
    """Who and what there is, to be listed beside the text."""
    people = [
        [name, str(fields.get("locale") or ""), str(fields.get("name") or "")]
        for name, fields in samples.customers.items()
    ]
    return {
        "now": samples.now.isoformat(),
        "people": people[:MOST],
        "facts": list(samples.facts)[:MOST],
        "events": list(samples.events)[:MOST],
    }
