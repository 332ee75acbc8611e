"""What every command is handed: the workspace folder, and what is opened from it on demand."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import click

from touchpoints.errors import UsageError

if TYPE_CHECKING:
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

        return Database(self.workspace.database)

    def known_customer(self, customer: str) -> int:
        """The store's number of a customer. Raises UsageError for an id that it does not have."""
        from touchpoints.store.reading import customer_numbers  # noqa: PLC0415

        with self.database.reading() as connection:
            found = customer_numbers(connection, [customer])
        if customer not in found:
            raise UsageError(
                f"no customer {customer!r}; check the id, or import the customer first"
            )
        return found[customer]

    def remark_on_empty(self) -> None:
        """Say on standard error what to do where there are no customers yet."""
        from touchpoints.store.database import rows  # noqa: PLC0415

        with self.database.reading() as connection:
            if not rows(connection, "SELECT 1 FROM customer LIMIT 1"):
                click.echo(
                    "there are no customers yet; start with: touchpoints import customers FILE",
                    err=True,
                )
