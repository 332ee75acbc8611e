"""The editor of one text: what it says for somebody, what is wrong with it, saving, history."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.responses import HTMLResponse, JSONResponse, Response

from touchpoints.content.sms import pieces
from touchpoints.engine.trials import costly_character
from touchpoints.errors import RenderError, UsageError
from touchpoints.studio import history
from touchpoints.studio.desk import desk
from touchpoints.studio.guard import MAIL_POLICY
from touchpoints.studio.press import Draft, Press, Proof, in_words
from touchpoints.studio.saying import complaint, sentence
from touchpoints.studio.shelf import ChangedError, Shelf
from touchpoints.studio.studio import Studio
from touchpoints.studio.tryout import Person
from touchpoints.studio.words import words

Word = Annotated[str, Field(max_length=200)]


class Written(BaseModel):
    """A text as it stands in the editor."""

    file: Word
    text: Annotated[str, Field(max_length=100_000)]

    @property
    def draft(self) -> Draft:
        """The text for the press."""
        return Draft(self.file, self.text)


class Tried(Written):
    """A text, and whom it is tried on."""

    kind: Word
    name: Word
    twist: Word = ""
    locale: Word = ""


class Saved(Written):
    """A text to save over the version that was opened, None for one that was not there."""

    version: Word | None


def routes(studio: Studio) -> APIRouter:
    """The editor's page, and what its script asks for."""
    router = APIRouter()
    press = Press(studio)
    router.add_event_handler("shutdown", press.close)

    @router.get("/templates/edit/{template}/{file}")
    def editor(request: Request, template: str, file: str) -> Response:
        shelf = Shelf(studio.workspace().templates)
        sheet = shelf.read(f"{template}/{file}")
        say = words(studio.language(request))
        shown = desk(studio, shelf, f"{template}/{file}", press.learn(), say)
        return studio.page(request, "editor", desk=shown, sheet=sheet)

    @router.post("/templates/preview")
    def preview(request: Request, tried: Tried) -> Response:
        _known(studio, tried.file)
        try:
            proof = press.proof(
                tried.draft, Person(tried.kind, tried.name, tried.twist), tried.locale
            )
        except (RenderError, UsageError) as error:
            problem = in_words(error, studio.workspace())
            return JSONResponse({"problem": sentence(problem, studio.language(request))})
        return JSONResponse(_told(proof))

    @router.post("/templates/check")
    def check(request: Request, written: Written) -> Response:
        _known(studio, written.file)
        language = studio.language(request)
        found = [complaint(each, language) for each in press.findings(written.draft)]
        return JSONResponse({"findings": [asdict(each) for each in found]})

    @router.post("/templates/save")
    def save(saved: Saved) -> Response:
        shelf = Shelf(studio.workspace().templates)
        try:
            version = shelf.write(saved.file, saved.text, saved.version)
        except ChangedError as error:
            there = error.sheet
            told = {"version": there and there.version, "text": there and there.text}
            return JSONResponse(told, 409)
        return JSONResponse({"version": version})

    @router.get("/templates/mail/{name}")
    def mail(name: str) -> Response:
        html = press.mail(name)
        headers = {"content-security-policy": MAIL_POLICY}
        return HTMLResponse(html or "", 200 if html is not None else 404, headers)

    @router.get("/templates/history/{template}/{file}")
    def past(template: str, file: str, commit: str = "") -> Response:
        root, name = studio.workspace().templates, f"{template}/{file}"
        _known(studio, name)
        if commit:
            return JSONResponse({"text": history.version(root, name, commit)})
        return JSONResponse({"commits": [asdict(each) for each in history.commits(root, name)]})

    return router


def _known(studio: Studio, file: str) -> None:
    if not Shelf(studio.workspace().templates).knows(file):
        raise UsageError(f"{file[:80]!r} is not the name of a text")


def _told(proof: Proof) -> dict[str, Any]:
    size, text = proof.size, proof.rendered.text
    return {
        "channel": proof.channel,
        "locale": proof.locale,
        "subject": proof.rendered.subject,
        "text": text,
        "sender": proof.sender,
        "mail": proof.mail,
        "own": proof.own,
        "file": proof.file,
        "rule": proof.rule,
        "price": proof.price,
        "size": size and {**asdict(size), "pieces": pieces(text), "costly": costly_character(text)},
    }
