"""The settings of a workspace, frozen: the rules, the channels, and where everything is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from touchpoints.core.fingerprint import of_values
from touchpoints.core.message import Kind
from touchpoints.core.pace import Rate
from touchpoints.core.policy import Policy
from touchpoints.errors import Complaint
from touchpoints.workspace.listening import Listen
from touchpoints.workspace.nodes import Node, Place


@dataclass(frozen=True, slots=True)
class ChannelSettings:
    """How a channel reaches people: its transport, the kind of its messages, and what it needs.

    `options` holds the transport's own keys: `path` (file; absolute), `url`, `timeout` (seconds)
    and `verify` (smtp), `from` and `reply_to`, those of `RequestKeys` (http, webhook). Where a
    value comes from the environment, its `repr` is `${NAME}`. `rate` is how fast messages leave at
    most; it decides nothing about who gets one and when, so it is no part of the policy. `limit` is
    the most characters of one message.
    """

    name: str
    transport: str
    kind: Kind
    options: Mapping[str, object] = field(default_factory=dict)
    rate: Rate | None = None
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Ticks:
    """How often the daemon plans and delivers, in seconds."""

    plan: int = 60
    deliver: int = 5


@dataclass(frozen=True, slots=True)
class Limits:
    """The operator's ceilings: messages per run, and per local day of the workspace; None: none."""

    per_run: int | None = None
    per_day: int | None = None


@dataclass(frozen=True)
class Workspace:
    """A folder with its rules: what `touchpoints.yaml` says, checked whole.

    `database` is a URL with an absolute path, `company` always has `name`, and `warnings` are the
    complaints that did not stand in the way. `checks` says how severe findings are, by their codes;
    `link_hosts` are those that links may lead to, None any.
    """

    root: Path
    file: Path
    name: str
    database: str
    policy: Policy
    channels: Mapping[str, ChannelSettings]
    company: Mapping[str, str]
    ticks: Ticks
    tree: Node = field(repr=False, compare=False)
    warnings: tuple[Complaint, ...] = ()
    limits: Limits = Limits()
    retention: int | None = None
    listen: Listen | None = None
    checks: Mapping[str, str] = field(default_factory=dict)
    link_hosts: tuple[str, ...] | None = None

    @cached_property
    def fingerprint(self) -> str:
        """A fingerprint of the rules that decide: another one means, plan everything afresh."""
        return of_values(self.policy)

    def limited(self, per_run: int | None) -> Workspace:
        """This workspace with at most so many messages in a run, where that is less."""
        known = [each for each in (per_run, self.limits.per_run) if each is not None]
        return replace(self, limits=replace(self.limits, per_run=min(known, default=None)))

    @property
    def database_file(self) -> Path | None:
        """The file of a database on SQLite; None where it is elsewhere."""
        name = file_name(self.database)
        return Path(name) if name else None

    @property
    def longest(self) -> Mapping[str, int]:
        """The most characters of one message, of the channels that have such a limit."""
        return {each.name: each.limit for each in self.channels.values() if each.limit}

    @property
    def templates(self) -> Path:
        """The folder of the templates."""
        return self.root / "templates"

    def where(self, *path: str | int) -> Place:
        """Line and column, from 1, of the value at a key path of the file.

        For a key that the file leaves out it is the place of the section that would hold it.
        """
        return self.tree.place_of(path)


def file_name(url: str) -> str:
    """The file that a database URL names; empty for one in memory, or on a server."""
    scheme, _, rest = url.partition(":///")
    name = rest.partition("?")[0]
    plain = scheme.startswith("sqlite") and not name.startswith((":memory:", "file:"))
    return name if plain else ""
