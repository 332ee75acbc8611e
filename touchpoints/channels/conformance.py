"""What every channel keeps to; run it over your own in a test.

def test_my_channel_conforms():
    assert faults(lambda folder: MyChannel("push", "text", folder)) == []
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import get_args

from touchpoints.channels.mime import Envelope, compose
from touchpoints.core.message import Channel, Kind, Message, Outcome, Receipt, Rendered

OpenChannel = Callable[[Path], Channel]
"""Opens a new channel; what it writes, it writes into the given folder, which exists."""

ADDRESS = "wilhelmina.quux@customer.example"
SUBJECT = "Zanzibar is waiting"
_SENT_AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)

HOSTILE_KEYS = (
    "../../up/and/away",
    "/absolute/birthday/2026",
    "C:\\windows\\x",
    "C1\r\nBcc: evil@evil.example/birthday/2026",
    "nul\x00/birthday/2026",
    "half \ud800 pair/birthday/2026",
    "张三/生日/2026",
    ".." + "/.." * 200,
    "",
)
HOSTILE_TEXTS = ("", "\r\n.\r\nQUIT\r\n", "\x1b[2J\x00\u2028\u202e", "汉🎉" * 20_000, "\ud800")


@dataclass(frozen=True, slots=True)
class _Trial:
    """A way to open the channel, and the folder in which all its traces must stay."""

    open: OpenChannel
    folder: Path


def faults(open_channel: OpenChannel, unreachable: OpenChannel | None = None) -> list[str]:
    """Every promise that the channel breaks, as a sentence; none for a channel that conforms.

    `unreachable` opens one whose other side is down, if the channel has another side.
    """
    with TemporaryDirectory() as scratch:
        folder = Path(scratch) / "workspace"
        folder.mkdir()
        trial = _Trial(open_channel, folder)
        found = [fault for check in CHECKS for fault in check(trial)]
        found += _stays_inside(folder)
        if unreachable is not None:
            found += _says_that_it_is_unreachable(_Trial(unreachable, folder))
        return found


def sample(channel: Channel, key: str = "C1/birthday/2026", text: str = "Good day.") -> Message:
    """A message of the channel's kind."""
    content = text.encode("utf-8", "replace")
    address = "+8613800000000"
    subject = None
    if channel.kind == "email":
        envelope = Envelope(key, "Harbour Bank <hello@harbour.example>", ADDRESS, _SENT_AT)
        content = compose(envelope, Rendered(SUBJECT, text))
        address, subject = ADDRESS, SUBJECT
    customer, touchpoint, occurrence = (*key.split("/"), "", "")[:3]
    return Message(
        key=key,
        customer=customer,
        touchpoint=touchpoint,
        occurrence=occurrence,
        channel=channel.name,
        address=address,
        subject=subject,
        body=text,
        content=content,
        sent_at=_SENT_AT,
    )


def _names_itself(trial: _Trial) -> Iterator[str]:
    channel = trial.open(trial.folder)
    channel.close()
    if not channel.name or not isinstance(channel.name, str):
        yield f"name is {channel.name!r}; it should be the channel's name in the policy"
    if channel.kind not in get_args(Kind):
        yield f"kind is {channel.kind!r}; expected one of {', '.join(get_args(Kind))}"
    if not isinstance(channel.local, bool):
        yield f"local is {channel.local!r}; expected True or False"


def _sends(trial: _Trial) -> Iterator[str]:
    channel = trial.open(trial.folder)
    yield from _accepts(channel, "a message")
    yield from _accepts(channel, "a message that comes again")
    channel.close()


def _survives_hostile_content(trial: _Trial) -> Iterator[str]:
    channel = trial.open(trial.folder)
    for key in HOSTILE_KEYS:
        yield from _answers(channel, sample(channel, key=key), f"the key {key[:40]!r}")
    for text in HOSTILE_TEXTS:
        yield from _answers(channel, sample(channel, text=text), f"the text {text[:20]!r}")
    yield from _accepts(channel, "an ordinary message after hostile ones")
    channel.close()


def _survives_a_hostile_address(trial: _Trial) -> Iterator[str]:
    channel = trial.open(trial.folder)
    for address in (
        "",
        "a@b.example\r\nRCPT TO:<evil@evil.example>",
        "a@b>,evil@x",
        "\ud800@x.org",
    ):
        hostile = sample(channel)._replace(address=address)
        yield from _answers(channel, hostile, f"the address {address!r}")
    yield from _accepts(channel, "an ordinary message after hostile addresses")
    channel.close()


def _closes_twice(trial: _Trial) -> Iterator[str]:
    for messages in (0, 1):
        channel = trial.open(trial.folder)
        for _ in range(messages):
            channel.send(sample(channel))
        try:
            channel.close()
            channel.close()
        except Exception as error:
            yield f"close() raised {error!r} after {messages} messages; it never should"


def _serves_threads(trial: _Trial) -> Iterator[str]:
    channel = trial.open(trial.folder)
    found: list[str] = []

    def work(number: int) -> None:
        for turn in range(5):
            message = sample(channel, key=f"C{number}/birthday/{turn}")
            found.extend(_answers(channel, message, "four threads at once"))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    yield from found
    channel.close()


def _stays_inside(folder: Path) -> Iterator[str]:
    for path in folder.parent.iterdir():
        if path != folder:
            yield f"something was written beside its folder: {path.name!r}"


def _says_that_it_is_unreachable(trial: _Trial) -> Iterator[str]:
    channel = trial.open(trial.folder)
    for _ in range(2):
        message = sample(channel)
        receipt = _receipt(channel, message)
        if not isinstance(receipt, Receipt):
            yield f"an unreachable other side: {receipt}"
        elif receipt.outcome is Outcome.ACCEPTED:
            yield "an unreachable other side: the message was ACCEPTED by nobody"
        elif receipt.outcome is Outcome.TEMPORARY and not receipt.unreachable:
            yield "an unreachable other side: TEMPORARY without unreachable=True blames the message"
        elif not receipt.detail:
            yield "an unreachable other side: the detail does not say why"
    channel.close()


def _accepts(channel: Channel, what: str) -> Iterator[str]:
    receipt = _receipt(channel, sample(channel))
    if not isinstance(receipt, Receipt):
        yield f"{what}: {receipt}"
    elif receipt.outcome is not Outcome.ACCEPTED:
        yield f"{what}: {receipt.outcome.name} ({receipt.detail}); expected ACCEPTED"


def _answers(channel: Channel, message: Message, what: str) -> Iterator[str]:
    receipt = _receipt(channel, message)
    if not isinstance(receipt, Receipt):
        yield f"{what}: {receipt}"
        return
    for private in filter(None, (message.address, message.subject)):
        if private in f"{receipt.detail} {receipt.provider_id}":
            yield f"{what}: the receipt repeats {private!r}; it is stored, and must stay impersonal"


def _receipt(channel: Channel, message: Message) -> Receipt | str:
    """The channel's answer, or a sentence on what came instead."""
    try:
        receipt: object = channel.send(message)
    except Exception as error:
        return f"send() raised {error!r}; it should have returned a Receipt"
    if not isinstance(receipt, Receipt) or not isinstance(receipt.outcome, Outcome):
        return f"send() returned {receipt!r}; it should have returned a Receipt"
    return receipt


CHECKS: tuple[Callable[[_Trial], Iterator[str]], ...] = (
    _names_itself,
    _sends,
    _survives_hostile_content,
    _survives_a_hostile_address,
    _closes_twice,
    _serves_threads,
)
"""What every channel is held to; each check yields a sentence for each fault."""
