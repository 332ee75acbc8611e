"""Mails from the template to the bytes: whatever the data, a mail program reads what was meant."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes, policy
from html.parser import HTMLParser
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from touchpoints.channels.mime import Envelope, compose
from touchpoints.content.catalogue import Catalogue
from touchpoints.content.plaintext import plain_text
from touchpoints.content.render import Renderer

SENT_AT = datetime(2026, 11, 24, 1, tzinfo=UTC)
HOSTILE = (
    *("\r\nBcc: x@y.example", "\n\n<h1>", "=?utf-8?q?=0d=0aBcc:?=", "\u2028", "\x00", "\ud800"),
    *("<b>", '"', "'", "&amp;", "&#10;", "--=_", "From ", ".", "=", "x" * 300, "汉字" * 40, "🎉"),
    *("hidden", "display: none", "</style>", "\u202e", "\ue0000\ue001", "a  b", " ", "Zoë", "Ann"),
)
PIECES = st.lists(st.sampled_from(HOSTILE), min_size=1, max_size=4).map("".join)
VALUES = PIECES | st.text(max_size=9)
MAIL = """---
subject: "For {{ customer.name|default('you') }}"
---
<html><head><style>p { margin: 0 } .big { color: red }</style></head><body>
<p class="big" title="{{ fact.ref|default('-') }}">Dear {{ customer.name|default('you') }},</p>
<p>{{ fact.ref|default('none') }}</p>
<p><a href="https://bank.example/{{ fact.ref|default('-') }}">{{ fact.text|default('-') }}</a></p>
</body></html>
"""
TAGS = ["html", "head", "style", "body", "p", "p", "p", "a"]


class Tags(HTMLParser):
    """The tags of a page, as a reader sees them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.seen.append(tag)


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    with TemporaryDirectory() as folder:
        (Path(folder) / "note").mkdir()
        (Path(folder) / "note" / "email.html.j2").write_text(MAIL, "utf-8")
        yield Renderer(Catalogue(Path(folder)), "en")


def lines(text: str) -> str:
    return text.replace("\r\n", "\n")


@settings(deadline=None)
@given(name=VALUES, ref=VALUES, text=VALUES)
def test_a_whole_mail_comes_back_and_has_no_header_or_tag_of_the_data(
    renderer: Renderer, name: str, ref: str, text: str
) -> None:
    context = {"customer": {"name": name}, "fact": {"ref": ref, "text": text}}
    rendered = renderer.render("note", "email", "en", context)
    assert rendered.html is not None
    envelope = Envelope(name, "Bank <a@b.example>", "ann@c.example", SENT_AT)
    message = message_from_bytes(compose(envelope, rendered), policy=policy.default)
    plain, rich = message.iter_parts()  # type: ignore[attr-defined]
    assert not message.defects
    assert (message["From"], message["To"]) == ("Bank <a@b.example>", "ann@c.example")
    assert message["Subject"] == rendered.subject
    assert (message["Bcc"], len(message.keys())) == (None, 9)
    assert lines(plain.get_content()) == rendered.text + "\n"
    assert lines(rich.get_content()) == rendered.html
    assert Tags(rendered.html).seen == TAGS
    assert plain_text(rendered.html) == rendered.text
