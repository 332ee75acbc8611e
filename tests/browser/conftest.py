"""A studio that runs as people start it, and a real Chromium that looks at it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

pytest.importorskip("fastapi", reason="the extra `web` is not installed")
pytest.importorskip("playwright", reason="playwright is not installed")

from playwright.sync_api import Browser, Page, sync_playwright

from tests.office import asked, child_environment

OPTIONS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-sync"),
)
WIDE, NARROW = (1280, 900), (390, 844)
LOOKS = pytest.mark.parametrize(
    ("size", "locale"),
    [(WIDE, "en"), (NARROW, "en"), (NARROW, "zh-CN")],
    ids=["wide-en", "narrow-en", "narrow-zh"],
)
"""How every page is looked at, in the light and in the dark; Chinese is short, and wide enough."""
FAULTS = (Path(__file__).parent / "faults.js").read_text("utf-8")

SETTLED = (
    "() => Promise.all(document.getAnimations()"
    ".filter((each) => each.effect.getTiming().iterations !== Infinity)"
    ".map((each) => each.finished.catch(() => null)))"
)
"""A button that has just changed its colour is looked at when it has done so."""


def chromium_path() -> str | None:
    """The system's Chromium; TOUCHPOINTS_TEST_CHROMIUM names another."""
    return os.environ.get("TOUCHPOINTS_TEST_CHROMIUM") or shutil.which("chromium")


@dataclass
class Visitor:
    """A window on the studio that remembers what should not have happened."""

    page: Page
    home: str
    unwanted: list[str] = field(default_factory=list)

    def watch(self) -> Visitor:
        """Take note of errors, and of requests to other hosts."""
        page = self.page
        page.on("console", lambda each: self._said(each.type, f"{each.text} {each.location}"))
        page.on("pageerror", lambda error: self.unwanted.append(str(error)))
        page.on("request", self._asked)
        page.on("dialog", lambda dialog: dialog.accept())
        return self

    def go(self, path: str) -> Page:
        """Open a page of the studio."""
        self.page.goto(self.home + path)
        return self.page

    def faults(self) -> list[str]:
        """What keeps somebody from using this page: names, headings, languages, contrast.

        In the light and in the dark.
        """
        found: list[str] = []
        for scheme in ("dark", "light"):
            self.page.emulate_media(color_scheme=scheme)
            self.page.evaluate(SETTLED)
            found += [f"{scheme}: {each}" for each in self.page.evaluate(FAULTS)]
        return found

    def _said(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"}:
            self.unwanted.append(text)

    def _asked(self, request: Any) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in {"data", "blob", "about"} and parts.netloc != self.home[7:]:
            self.unwanted.append(request.url)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser for the tests of one module."""
    path = chromium_path()
    if path is None:
        pytest.skip("there is no chromium; on Debian: apt-get install chromium fonts-wqy-zenhei")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=list(OPTIONS))
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace as `init` makes it, with its customers."""
    return started(tmp_path_factory.mktemp("studio") / "bank")


def started(folder: Path) -> Path:
    """What `init` makes, with the customers imported that come with it."""
    assert asked(folder, "init", str(folder)).code == 0
    for kind in ("customers", "facts", "consents"):
        assert asked(folder, "import", kind, str(folder / f"data/{kind}.csv")).code == 0
    return folder


@pytest.fixture(scope="module")
def address(bank: Path, chromium: Browser) -> Iterator[str]:
    """The address that `touchpoints studio` prints."""
    command = [sys.executable, "-m", "touchpoints", "-w", str(bank)]
    studio = subprocess.Popen(
        [*command, "studio", "--port", "0", "--no-browser"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=child_environment(),
    )
    assert studio.stdout is not None
    yield studio.stdout.readline().strip()
    studio.terminate()
    studio.wait(10)
    studio.stdout.close()


@pytest.fixture
def visitors(chromium: Browser, address: str) -> Iterator[Callable[..., Visitor]]:
    """Opens the studio in a window of a size, in a language."""
    with ExitStack() as closing:

        def visit(size: tuple[int, int] = WIDE, locale: str = "en") -> Visitor:
            context = chromium.new_context(
                viewport={"width": size[0], "height": size[1]},
                locale=locale,
                reduced_motion="reduce",
            )
            closing.callback(context.close)
            visitor = Visitor(context.new_page(), address.partition("/?")[0]).watch()
            visitor.page.goto(address)
            return visitor

        yield visit
