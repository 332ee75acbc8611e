"""The studio of one workspace: what every page is handed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from touchpoints.clock import Clock, SystemClock
from touchpoints.content.files import Stamp, stamp
from touchpoints.store.database import Database
from touchpoints.studio.access import Access
from touchpoints.studio.words import LANGUAGES, preferred, words
from touchpoints.workspace import Workspace, load
from touchpoints.workspace.document import FILE_NAME

LANGUAGE_COOKIE = "touchpoints_language"
VIEWS = Path(__file__).with_name("views")

NAVIGATION = (
    ("templates", "/templates"),
    ("calendar", "/calendar"),
    ("customer", "/customer"),
    ("outbox", "/outbox"),
    ("policy", "/policy"),
)
"""The pages, in the order of the navigation."""


@dataclass(frozen=True)
class Studio:
    """The workspace folder, the environment that its policy may read, and who may come in."""

    root: Path
    access: Access
    environ: Mapping[str, str] = field(default_factory=dict, repr=False)
    clock: Clock = field(default_factory=SystemClock)
    _kept: dict[Stamp, Workspace] = field(default_factory=dict, init=False, repr=False)

    def workspace(self) -> Workspace:
        """The policy as the file has it now. Raises PolicyError, which is shown as a page.

        It is read again when the file has changed: reading takes 40 ms, too long for each letter.
        """
        written = stamp(self.root / FILE_NAME)
        found = self._kept.get(written) if written else None
        if found is None:
            found = load(self.root, self.environ)
            self._kept.clear()
            if written:
                self._kept[written] = found
        return found

    @contextmanager
    def database(self, workspace: Workspace) -> Iterator[Database]:
        """The database of the workspace, closed afterwards."""
        database = Database(workspace.database, workspace.root)
        try:
            yield database
        finally:
            database.close()

    def language(self, request: Request) -> str:
        """The language of a page: the one that was chosen, else the browser's."""
        chosen = request.cookies.get(LANGUAGE_COOKIE, "")
        if chosen in LANGUAGES:
            return chosen
        return preferred(request.headers.get("accept-language", ""))

    def page(
        self, request: Request, view: str, /, *, status: int = 200, **values: object
    ) -> Response:
        """A page from `views/VIEW.html`; every value is escaped."""
        say = words(self.language(request))
        frame = {
            "say": say,
            "language": say.language,
            "languages": LANGUAGES,
            "navigation": NAVIGATION,
            "here": request.url.path,
            "back": _back(request),
            "csrf": self.access.csrf,
            "nonce": request.state.nonce,
        }
        html = _views().get_template(f"{view}.html").render({**frame, **values})
        return HTMLResponse(html, status)


def _back(request: Request) -> str:
    """The address of this page; of one that a button has led to, that of its place."""
    path, query = request.url.path, request.url.query
    if request.method == "POST":
        return next((place for _, place in NAVIGATION if path.startswith(place)), "/")
    return f"{path}?{query}" if query else path


@cache
def _views() -> Environment:
    """Our own pages, which the texts of authors never come near but as values."""
    return Environment(
        loader=FileSystemLoader(VIEWS),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
