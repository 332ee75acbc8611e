"""The list of the templates: what there is, who uses it, and a new text."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from touchpoints.content.folder import FileName
from touchpoints.errors import UsageError
from touchpoints.studio.shelf import Shelf
from touchpoints.studio.studio import Studio
from touchpoints.workspace import Workspace

LAYOUT = "_shared/email.html.j2"

MAIL = """\
---
subject: ""
---
{% extends '_shared/email.html.j2' %}
{% block content %}
<p></p>
{% endblock %}
"""
PLAIN_MAIL = '---\nsubject: ""\n---\n\n'


@dataclass(frozen=True, slots=True)
class Listed:
    """One folder of the list: its files by channel, and the touchpoints that use it."""

    name: str
    channels: dict[str, list[tuple[str, str]]]
    touchpoints: tuple[str, ...]
    shared: bool


def routes(studio: Studio) -> APIRouter:
    """The list, and the form for a new text."""
    router = APIRouter()

    @router.get("/templates")
    def everything(request: Request) -> Response:
        workspace = studio.workspace()
        listed = [_listed(workspace, *each) for each in Shelf(workspace.templates).templates()]
        return studio.page(request, "templates", listed=listed, channels=list(workspace.channels))

    @router.post("/templates/new")
    def new(request: Request) -> Response:
        form = request.state.form
        workspace = studio.workspace()
        template = form.get("template", "").strip()
        file = _file_name(form)
        shelf = Shelf(workspace.templates)
        name = f"{template}/{file}"
        shelf.write(name, _first_words(workspace, shelf, template, file), None)
        return RedirectResponse(f"/templates/edit/{quote(name)}", 303)

    return router


def _listed(workspace: Workspace, folder: str, files: tuple[str, ...]) -> Listed:
    channels: dict[str, list[tuple[str, str]]] = {}
    for file in files:
        name = FileName.parse(file) if folder[:1] != "_" else None
        channel = name.channel if name else ""
        channels.setdefault(channel, []).append((file, label(file) if name else file))
    designs = workspace.policy.touchpoints.values()
    users = tuple(each.name for each in designs if folder in each.templates)
    return Listed(folder, channels, users, folder[:1] == "_")


def label(file: str) -> str:
    """What tells a file of a channel from the others: `zh+gold html`."""
    name = FileName.parse(file)
    if name is None:
        return file.removesuffix(".j2")
    words = (name.locale or "*") + (f"+{name.variant}" if name.variant else "")
    return f"{words} html" if name.html else words


def _file_name(form: dict[str, str]) -> str:
    channel, locale = form.get("channel", "").strip(), form.get("locale", "").strip()
    variant, html = form.get("variant", "").strip(), ".html" if form.get("html") else ""
    parts = (channel, f".{locale}" if locale else "", f"+{variant}" if variant else "", html)
    return "".join(parts) + ".j2"


def _first_words(workspace: Workspace, shelf: Shelf, template: str, file: str) -> str:
    """The text in another language where there is one, else what every text begins with."""
    if not shelf.knows(f"{template}/{file}"):
        raise UsageError(f"{template[:40]}/{file[:60]} is not a name that a text may have")
    wanted = FileName.parse(file)
    for folder, files in shelf.templates():
        for other in files if folder == template else ():
            found = FileName.parse(other)
            if found and wanted and (found.channel, found.html) == (wanted.channel, wanted.html):
                return shelf.read(f"{template}/{other}").text
    settings = workspace.channels.get(wanted.channel) if wanted else None
    if settings is None or settings.kind != "email":
        return ""
    with_layout = wanted and wanted.html and (shelf.root / LAYOUT).is_file()
    return MAIL if with_layout else PLAIN_MAIL
