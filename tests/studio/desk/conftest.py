"""An operator's desk: a bank with customers, one of them named to do harm, and its studio."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest

pytest.importorskip("fastapi", reason="the extra `web` is not installed")

from starlette.testclient import TestClient

from tests.office import POLICY, Office
from touchpoints.channels.recording import RecordingChannel
from touchpoints.clock import FixedClock
from touchpoints.core.message import Message, Outcome, Receipt
from touchpoints.studio.access import Access
from touchpoints.studio.app import application
from touchpoints.studio.studio import Studio

NOW = datetime(2026, 11, 24, 1, tzinfo=UTC)
PORT = 8765
HOME = f"http://127.0.0.1:{PORT}"

HOSTILE_ID = "../a b&id=C1?x#y%2f\"'<i>"
HOSTILE_NAME = '"><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}\u202eevil'

DESIGN = (
    POLICY.replace("    priority: 90\n", "    priority: 90\n    on_doubt: hold\n")
    .replace("caps: []", "caps:\n  - {name: one-a-day, max: 1, per: 1d}   # not more\ngap: 4h")
    .replace('window: {open: "0d 09:00", close: "0d 20:00"}', 'window: {open: "0d", close: "3d"}')
)


class Mute(RecordingChannel):
    """A channel that takes a message and never says so."""

    def send(self, message: Message) -> Receipt:
        super().send(message)
        return Receipt(Outcome.IN_DOUBT, "no answer from <b>them</b>")


class Page(HTMLParser):
    """What a browser would make of a page: its text, its elements, its links."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    @property
    def text(self) -> str:
        """All that is to be read, with single blanks."""
        return " ".join(" ".join(self.texts).split())

    def links(self, start: str) -> list[str]:
        """The addresses that begin so."""
        found = (attrs.get("href") or "" for tag, attrs in self.elements if tag == "a")
        return [each for each in found if each.startswith(start)]


@dataclass(frozen=True)
class Desk:
    """The office, its studio, and a browser that has opened it."""

    office: Office
    studio: Studio
    browser: TestClient

    def see(self, path: str, **asked: object) -> Page:
        """A page; it must be there."""
        answer = self.browser.get(path, params={k: str(v) for k, v in asked.items()} or None)
        assert answer.status_code == 200, answer.text
        return Page(answer.text)

    def press(self, path: str, expected: int = 200, **form: object) -> Page:
        """A button of a page pressed, and the page that follows."""
        fields = {"csrf": self.studio.access.csrf} | {k: str(v) for k, v in form.items()}
        answer = self.browser.post(path, data=fields, headers={"Origin": HOME})
        assert answer.status_code == expected, answer.text
        return Page(answer.text)

    def speak(self, language: str) -> None:
        """Choose the language of the pages."""
        self.press("/language", language=language, back="/outbox")

    def refuses(self, path: str, **asked: object) -> str:
        """What is said where a page cannot be shown."""
        answer = self.browser.get(path, params={k: str(v) for k, v in asked.items()} or None)
        assert answer.status_code == 422, answer.text
        return Page(answer.text).text


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """A bank with a greeting and a reminder, and three customers."""
    office = Office(tmp_path, DESIGN)
    office.customer("C1", name="Ann Lee", birthday="1990-11-25")
    office.customer("C2", name="李明", birthday="1990-11-25", email="", phone="")
    office.take(
        "customers",
        {"id": HOSTILE_ID, "name": HOSTILE_NAME, "email": "evil@example.org", "tier": "<b>x</b>"},
    )
    for id_ in ("C1", "C2", HOSTILE_ID):
        office.says(id_, "granted", "2026-01-01T10:00:00")
        office.owes(id_, f"L-{'<u>' if id_ == HOSTILE_ID else id_}", "2026-11-27")
    yield office
    office.refuse_illegal_transitions()


@pytest.fixture
def desk(office: Office) -> Iterator[Desk]:
    """The studio of the bank, opened in a browser."""
    studio = Studio(office.folder, Access(PORT), {}, FixedClock(NOW))
    with TestClient(application(studio), HOME, raise_server_exceptions=True) as browser:
        browser.get(studio.access.address)
        yield Desk(office, studio, browser)


@pytest.fixture
def held(desk: Desk) -> int:
    """The number of a message that is held, because it may have gone out."""
    clock = FixedClock(NOW - timedelta(hours=1))
    loop = desk.office.loop(clock, email=Mute("email", "email"))
    loop.start()
    loop.plan()
    loop.deliver()
    return next(row["no"] for row in desk.office.table("message") if row["state"] == "held")


def harmless(page: Page) -> None:
    """Nothing that data brought along has become part of the page itself."""
    kinds = {tag for tag, _ in page.elements}
    assert not kinds & {"script", "img-x", "i", "u", "object", "embed"}, kinds
    for tag, attrs in page.elements:
        assert not [name for name in attrs if name.startswith("on") or name == "style"], (
            tag,
            attrs,
        )
        assert "javascript:" not in str(attrs.get("href", "")).lower()
    sources = [attrs.get("src") for tag, attrs in page.elements if tag == "img"]
    assert set(sources) <= {"/static/mark.svg"}
