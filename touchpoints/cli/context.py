"""What every command is handed: the workspace folder, and what is opened from it on demand."""

from __future__ import annotations

import os
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import click

from touchpoints.errors import UsageError

if TYPE_CHECKING:
    from touchpoints.engine.brief import Brief
    from touchpoints.store.database import Database
    from touchpoints.workspace import Workspace


@dataclass(frozen=True)
class Context:
    """The folder that `-w` names. Imports inside are lazy so that `--help` stays quick."""

    root: Path

    @cached_property
    def workspace(self) -> Workspace:
        """The settings of `touchpoints.yaml`; warnings go to standard error. Raises PolicyError."""
        from touchpoints.workspace import load, use_packaged_zones  # noqa: PLC0415

        use_packaged_zones()
        workspace = load(self.root, os.environ)
        for warning in workspace.warnings:
            click.echo(f"warning: {warning}", err=True)
        return workspace

    @cached_property
    def database(self) -> Database:
        """The database that the workspace names; opened when it is first read."""
        from touchpoints.store.database import Database  # noqa: PLC0415

        return Database(self.workspace.database, self.root)

    def known_customer(self, customer: str) -> int:
        """The store's number of a customer. Raises UsageError for an id that it does not have."""
        from touchpoints.store.marks import Erased  # noqa: PLC0415
        from touchpoints.store.reading import customer_numbers, similar_ids  # noqa: PLC0415

        with self.database.reading() as connection:
            found = customer_numbers(connection, [customer])
            near = [] if customer in found else similar_ids(connection, customer)
            if customer not in found:
                erased = Erased.of(connection, self.database.key_file)
                if erased.when(customer) is not None:
                    raise UsageError(f"customer {customer!r} was erased on request")
        if customer not in found:
            nearest = get_close_matches(customer, near, n=1)
            hint = f"did you mean {nearest[0]!r}?" if nearest else "import the customer first"
            raise UsageError(f"no customer {customer!r}; {hint}")
        return found[customer]

    def remark(self, brief: Brief) -> None:
        """Say on standard error what a plan cannot: who has no zone, and what nobody knows yet."""
        from touchpoints.engine.unpublished import unpublished  # noqa: PLC0415
        from touchpoints.store.counting import people  # noqa: PLC0415

        self.remark_pause()
        with self.database.reading() as connection:
            everybody, without_zone = people(connection)
            unknown = unpublished(connection, brief)
        if not everybody:
            click.echo(
                "there are no customers yet; start with: touchpoints import customers FILE",
                err=True,
            )
        if without_zone:
            zone = self.workspace.policy.timezone
            click.echo(
                f"warning: {without_zone:,} customers have no zone of their own; {zone} is used",
                err=True,
            )
        for what, remedy in dict.fromkeys((each.what, each.remedy) for each in unknown):
            click.echo(f"warning: {what}; {remedy}", err=True)

    def remark_pause(self) -> None:
        """Say on standard error that everything is paused, where it is."""
        from touchpoints.core.calendar import zone_clock  # noqa: PLC0415
        from touchpoints.store.pausing import all_paused_since  # noqa: PLC0415

        with self.database.reading() as connection:
            since = all_paused_since(connection)
        if since is not None:
            clock = zone_clock(self.workspace.policy.timezone)
            click.echo(
                f"warning: everything is paused since {clock.minute(since)};"
                " nothing leaves until touchpoints resume --all",
                err=True,
            )
