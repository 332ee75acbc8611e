"""A templates folder on disk, written by the test that reads it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from touchpoints.content.catalogue import Catalogue
from touchpoints.content.render import Renderer
from touchpoints.core.message import Rendered

MAIL = "---\nsubject: Hello\n---\n"


class Desk:
    """Where templates are written, and rendered as they would be for one customer."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.catalogue = Catalogue(root)
        self.renderer = Renderer(self.catalogue, "en")

    def write(self, name: str, text: str) -> Path:
        """Write one file, `note/sms.en.j2`, say."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def text(self, body: str, locale: str = "en", **context: object) -> str:
        """What a text message says whose template is `body`."""
        self.write("note/push.j2", body)
        return self.renderer.render("note", "push", locale, context).text

    def html(self, body: str, **context: object) -> str:
        """What the HTML part says whose template is `body`."""
        self.write("note/email.j2", MAIL + "Hello")
        self.write("note/email.html.j2", body)
        html = self.mail(context).html
        assert html is not None
        return html.strip()

    def subject(self, subject: str, **context: object) -> str:
        """The subject of an e-mail whose front matter has this one."""
        self.write("note/email.j2", f"---\nsubject: {subject}\n---\nHello")
        subject_line = self.mail(context).subject
        assert subject_line is not None
        return subject_line

    def mail(self, context: Mapping[str, object]) -> Rendered:
        """The e-mail of the template `note`."""
        return self.renderer.render("note", "email", "en", context)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """An empty templates folder."""
    return Desk(tmp_path / "templates")
