"""What the requests of channels that speak HTTP say: their `json` or `form`, filled in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from touchpoints.channels.payload import as_form, as_json
from touchpoints.channels.webhook import PAYLOAD
from touchpoints.content.body import Body
from touchpoints.core.message import Message
from touchpoints.errors import RenderError
from touchpoints.workspace import ChannelSettings


@dataclass(frozen=True, slots=True)
class RequestBody:
    """One channel's body, ready to be filled in."""

    body: Body
    is_form: bool

    def content(self, message: Message, html: str | None) -> bytes:
        """The bytes that leave for a message, encoded. Raises RenderError."""
        rendered = self.body.render(
            {
                "key": message.key,
                "customer": message.customer,
                "touchpoint": message.touchpoint,
                "occurrence": message.occurrence,
                "channel": message.channel,
                "address": message.address,
                "subject": message.subject,
                "body": message.body,
                "html": html,
                "sent_at": message.sent_at.isoformat(timespec="seconds"),
            }
        )
        try:
            return as_form(rendered) if self.is_form else as_json(rendered)
        except ValueError as error:
            raise RenderError(f"the body of a message for {message.channel}: {error}") from error


class Bodies:
    """The bodies of all channels, each compiled when it is first needed."""

    def __init__(self, channels: Iterable[ChannelSettings]) -> None:
        self._trees = {each.name: tree_of(each) for each in channels}
        self._ready: dict[str, RequestBody] = {}

    def of(self, channel: str) -> RequestBody | None:
        """The body of a channel's requests; None for a channel whose messages are no requests."""
        key, tree = self._trees[channel]
        if tree is not None and channel not in self._ready:
            body = Body(tree, f"channels.{channel}.{key}")
            self._ready[channel] = RequestBody(body, is_form=key == "form")
        return self._ready.get(channel)


def tree_of(channel: ChannelSettings) -> tuple[str, object]:
    """The key under which a channel's body stands, and the body; None where it has none."""
    if "form" in channel.options:
        return "form", channel.options["form"]
    default = PAYLOAD if channel.transport == "webhook" else None
    return "json", channel.options.get("json", default)
