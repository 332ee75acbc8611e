"""What every transport offers: its name in the policy, its keys there, and a way to open it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, ClassVar, Protocol

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from touchpoints.channels.address import Mailbox
from touchpoints.core.message import Channel, Kind


def _one_mailbox(text: str) -> str:
    Mailbox.parse(text)
    return text


Sender = Annotated[str, AfterValidator(_one_mailbox)]
"""Who an e-mail is from: `Harbour Bank <hello@harbour.example>`."""


class Options(BaseModel):
    """The keys that every channel may have: who its e-mail is from, and where replies go.

    Whoever composes the e-mail reads them; `smtp` also takes the envelope's sender from `from`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    sender: Sender | None = Field(default=None, alias="from")
    reply_to: Sender | None = None


@dataclass(frozen=True, slots=True)
class Opening:
    """What a channel is opened with; `root` is the workspace's folder.

    `options` is a valid value of the transport's own model.
    """

    name: str
    kind: Kind
    options: Any
    root: Path


class Transport(Protocol):
    """The class of a channel, as `CHANNELS` lists it or an installed package adds it."""

    transport: ClassVar[str]
    options: ClassVar[type[BaseModel]]

    @classmethod
    def open(cls, opening: Opening) -> Channel:
        """A channel as the policy describes it.

        Connects to nothing and writes nothing yet: the first message does. Raises ValueError,
        saying what would be right, for options that do not go together.
        """
        ...
