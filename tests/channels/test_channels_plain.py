"""Console, null and recording channels, and how a channel of the policy is opened."""

from __future__ import annotations

import io
import itertools
from pathlib import Path

import pytest

from touchpoints.channels import CHANNELS, find_transport, open_channel, transport_names
from touchpoints.channels.conformance import HOSTILE_TEXTS, faults, sample
from touchpoints.channels.console import ConsoleChannel
from touchpoints.channels.null import NullChannel
from touchpoints.channels.recording import RecordingChannel
from touchpoints.core.message import Kind, Message, Outcome, Receipt
from touchpoints.errors import UsageError

URL = "smtp://127.0.0.1:1025"
FROM = "Harbour Bank <hello@harbour.example>"


@pytest.mark.parametrize("kind", ["email", "text"])
def test_console_null_and_recording_conform(kind: Kind) -> None:
    closed = io.StringIO()
    closed.close()
    assert faults(lambda _: NullChannel("push", kind)) == []
    assert faults(lambda _: RecordingChannel("push", kind)) == []
    assert (
        faults(
            lambda _: ConsoleChannel("push", kind, io.StringIO()),
            lambda _: ConsoleChannel("push", kind, closed),
        )
        == []
    )


def test_the_console_shows_a_message_in_a_frame() -> None:
    stream = io.StringIO()
    channel = ConsoleChannel("email", "email", stream)
    channel.send(sample(channel, text="Dear Ann,\r\n\r\n您好\n"))
    assert stream.getvalue() == (
        "-- email to wilhelmina.quux@customer.example at 2026-11-24T09:00:00+00:00 --\n"
        "| Subject: Zanzibar is waiting\n"
        "|\n"
        "| Dear Ann,\n"
        "|\n"
        "| 您好\n"
        "-- C1/birthday/2026 --\n"
        "\n"
    )


def test_the_console_is_standard_output_at_the_time(capsys: pytest.CaptureFixture[str]) -> None:
    channel = open_channel("sms", "console", "text", {}, Path())
    channel.send(sample(channel))
    assert "| Good day." in capsys.readouterr().out


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
def test_no_text_moves_the_cursor_or_breaks_an_ascii_console(text: str) -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii", newline="\n")
    channel = ConsoleChannel("sms", "text", stream)
    assert channel.send(sample(channel, text=text)).outcome is Outcome.ACCEPTED
    assert set(raw.getvalue()) <= {10, *range(32, 127)}


class Breaking(io.StringIO):
    """A stream whose reader has gone."""

    def write(self, text: str) -> int:
        raise BrokenPipeError


def test_a_console_that_breaks_off_leaves_the_message_in_doubt() -> None:
    channel = ConsoleChannel("sms", "text", Breaking())
    assert channel.send(sample(channel)).outcome is Outcome.IN_DOUBT


def test_the_recording_channel_answers_as_told_and_then_accepts() -> None:
    down = Receipt(Outcome.TEMPORARY, "down", unreachable=True)
    channel = RecordingChannel(receipts=[down])
    outcomes = [channel.send(sample(channel, key=f"C{n}/x/1")).outcome for n in range(2)]
    assert outcomes == [Outcome.TEMPORARY, Outcome.ACCEPTED]
    assert channel.keys == ["C0/x/1", "C1/x/1"]
    endless = RecordingChannel(receipts=itertools.repeat(down))
    assert {endless.send(sample(endless)) for _ in range(5)} == {down}


@pytest.mark.parametrize(
    ("transport", "kind", "options", "local"),
    [
        ("file", "email", {"path": "outbox", "from": FROM, "reply_to": FROM}, True),
        ("console", "text", {}, True),
        ("null", "text", {"from": FROM}, True),
        ("smtp", "email", {"url": URL, "from": FROM}, True),
        ("smtp", "email", {"url": "smtps://mail.harbour.example", "from": FROM}, False),
        ("smtp", "email", {"url": "smtp://[::1]", "from": FROM, "timeout": 5}, True),
    ],
)
def test_a_channel_of_the_policy_is_opened_without_a_trace(
    tmp_path: Path, transport: str, kind: Kind, options: dict[str, object], local: bool
) -> None:
    channel = open_channel("mail", transport, kind, options, tmp_path)
    channel.close()
    assert (channel.name, channel.kind, channel.local) == ("mail", kind, local)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("transport", "options", "told"),
    [
        ("smpt", {}, "unknown transport 'smpt'; did you mean 'smtp'?"),
        ("pigeon", {}, "unknown transport 'pigeon'; known are smtp, http, webhook"),
        ("file", {}, "channel 'mail': 'path' is missing"),
        ("file", {"path": ""}, "'path' is '': expected the name of a folder"),
        ("file", {"path": "a\0b"}, "expected the name of a folder"),
        ("file", {"path": 7}, "'path' is 7: "),
        ("file", {"path": "x", "pth": "y"}, "unknown key 'pth'; did you mean 'path'?"),
        ("null", {"from": "nobody"}, "'from' is 'nobody': 'nobody' is not an e-mail address"),
        ("smtp", {"url": URL}, "'from' is missing"),
        ("smtp", {"from": FROM}, "'url' is missing"),
        ("smtp", {"url": URL, "from": FROM, "timeout": 0}, "'timeout' is 0: "),
        ("smtp", {"url": URL, "from": FROM, "timeout": float("nan")}, "'timeout' is nan: "),
        ("smtp", {"url": URL, "from": FROM, "verify": "perhaps"}, "'verify' is 'perhaps': "),
        ("smtp", {"url": URL, "from": FROM, "sender": FROM}, "unknown key 'sender'"),
    ],
)
def test_wrong_options_are_told_with_the_key_and_the_remedy(
    tmp_path: Path, transport: str, options: dict[str, object], told: str
) -> None:
    with pytest.raises(UsageError) as error:
        open_channel("mail", transport, "email", options, tmp_path)
    assert told in str(error.value)


def test_all_wrong_options_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as error:
        open_channel("mail", "smtp", "email", {"url": "ftp://x", "timeout": "soon"}, tmp_path)
    assert all(key in str(error.value) for key in ("'url'", "'from'", "'timeout'"))


def test_smtp_carries_email_only(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="kind: email"):
        open_channel("sms", "smtp", "text", {"url": URL, "from": FROM}, tmp_path)


def test_every_listed_transport_is_found_by_its_name() -> None:
    assert [find_transport(part.transport) for part in CHANNELS] == list(CHANNELS)
    assert transport_names() == ("smtp", "http", "webhook", "file", "console", "null")


PIGEON = """
from pydantic import BaseModel
from touchpoints.channels.recording import RecordingChannel

class Wings(BaseModel):
    loft: str

class PigeonChannel(RecordingChannel):
    transport = "pigeon"
    options = Wings

    @classmethod
    def open(cls, opening):
        pigeon = cls(opening.name, opening.kind)
        pigeon.loft = opening.root / opening.options.loft
        return pigeon
"""


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package elsewhere that adds the transports `pigeon` and `broken`."""
    metadata = tmp_path / "pigeons-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: pigeons\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text(
        "[touchpoints.channels]\npigeon = pigeons_of_a_test:PigeonChannel\nbroken = no_such:Thing\n"
    )
    (tmp_path / "pigeons_of_a_test.py").write_text(PIGEON)
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path


def test_an_installed_package_adds_a_transport(installed: Path) -> None:
    assert "pigeon" in transport_names()
    channel = open_channel("coo", "pigeon", "text", {"loft": "roof"}, installed)
    assert channel.loft == installed / "roof"  # type: ignore[attr-defined]
    assert channel.send(sample(channel)).outcome is Outcome.ACCEPTED
    with pytest.raises(UsageError, match="'loft' is missing"):
        open_channel("coo", "pigeon", "text", {}, installed)


def test_an_installed_package_that_is_broken_is_told_by_its_name(installed: Path) -> None:
    with pytest.raises(UsageError, match="transport 'broken' of no_such:Thing cannot be loaded"):
        open_channel("coo", "broken", "text", {}, installed)


class Careless(RecordingChannel):
    """A channel that breaks promises."""

    def __init__(self, folder: Path) -> None:
        super().__init__("careless", "text")
        self.folder = folder

    def send(self, message: Message) -> Receipt:
        if "\x00" in message.key:
            raise RuntimeError("boom")
        if "张" in message.key:
            return None  # type: ignore[return-value]
        (self.folder.parent / "elsewhere").touch()
        return Receipt(Outcome.ACCEPTED, f"sent to {message.address}")

    def close(self) -> None:
        if self.closed:
            raise RuntimeError("closed already")
        self.closed = True


class Nameless(RecordingChannel):
    """A channel that does not say what it is, and blames each message for a dead line."""

    def __init__(self, _: Path) -> None:
        super().__init__("", "pigeon", local=None)  # type: ignore[arg-type]

    def send(self, message: Message) -> Receipt:
        return Receipt(Outcome.TEMPORARY, "the line is dead")


class Mute(RecordingChannel):
    """A channel that raises or says nothing when the other side is down."""

    def __init__(self, _: Path) -> None:
        super().__init__("mute", "text")

    def send(self, message: Message) -> Receipt:
        if self.messages:
            raise ConnectionError("down")
        return super().send(message) and Receipt(Outcome.IN_DOUBT)


def test_the_conformance_suite_tells_a_channel_that_hides_what_it_is_or_why_it_failed() -> None:
    told = "\n".join(faults(Nameless, Nameless) + faults(lambda _: RecordingChannel(), Mute))
    for fault in (
        "name is ''",
        "kind is 'pigeon'; expected one of email, text",
        "local is None",
        "a message: TEMPORARY (the line is dead); expected ACCEPTED",
        "TEMPORARY without unreachable=True blames the message",
        "the detail does not say why",
        "send() raised ConnectionError('down')",
    ):
        assert fault in told


def test_the_conformance_suite_tells_every_broken_promise() -> None:
    told = "\n".join(faults(Careless, Careless))
    for fault in (
        "send() raised RuntimeError('boom')",
        "send() returned None",
        "the receipt repeats '+8613800000000'",
        "close() raised RuntimeError('closed already') after 1 messages",
        "written beside its folder: 'elsewhere'",
        "the message was ACCEPTED by nobody",
    ):
        assert fault in told
