"""`touchpoints template list` and `show`: which texts there are, and who uses them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from rich.table import Table

from touchpoints.cli.context import Context
from touchpoints.cli.known import known_template
from touchpoints.cli.output import console, opened, write_json_lines
from touchpoints.content.catalogue import Catalogue
from touchpoints.content.files import read_source
from touchpoints.core.policy import Touchpoint
from touchpoints.errors import UsageError
from touchpoints.workspace import Workspace

LISTED = ("locales", "html", "variants", "touchpoints")
"""What `list` tells of a template on a channel."""


@dataclass(frozen=True, slots=True)
class _Text:
    """One file of a template: its channel, its locale (empty: any), its variant, whether HTML."""

    channel: str
    locale: str
    variant: str
    html: bool
    file: Path


@click.command("list")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "jsonl"]),
    default="table",
    show_default=True,
    help="A table for people, or one line for each template and channel.",
)
@click.pass_obj
def list_(context: Context, form: str) -> None:
    """List the templates, their channels and locales, and the touchpoints that use them.

    \b
    Example:
      touchpoints template list
    """
    lines = list(_listed(context.workspace))
    with opened(None) as stream:
        if form == "jsonl":
            write_json_lines(stream, lines)
            return
        table = Table(show_edge=False, pad_edge=False)
        for name in ("template", "channel", *LISTED):
            table.add_column(name)
        for line in lines:
            listed = (", ".join(line[name]) for name in LISTED)
            table.add_row(line["template"], line["channel"], *listed)
        console(stream).print(table)


@click.command()
@click.argument("name")
@click.option("--channel", help="Only the texts of this channel.")
@click.option("--locale", help="Only the texts in this locale.")
@click.pass_obj
def show(context: Context, name: str, channel: str | None, locale: str | None) -> None:
    """Print the source of a template, or of one channel and locale of it.

    \b
    Example:
      touchpoints template show birthday
      touchpoints template show birthday --channel sms --locale en
    """
    root = context.workspace.templates
    known_template(name, root)
    texts = list(_texts(root / name))
    chosen = [
        text
        for text in texts
        if channel in {None, text.channel} and (locale or "").lower() in {"", text.locale.lower()}
    ]
    if not chosen:
        there = ", ".join(text.file.name for text in texts)
        raise UsageError(f"template {name!r} has no such text; there is {there}")
    for text in chosen:
        if len(chosen) > 1:
            click.echo(f"==> {text.file.relative_to(root.parent).as_posix()} <==")
        click.echo(read_source(text.file), nl=len(chosen) > 1)


def _listed(workspace: Workspace) -> Iterator[dict[str, Any]]:
    """One line for each template and channel."""
    designs = workspace.policy.touchpoints.values()
    for name in Catalogue(workspace.templates).names():
        texts = list(_texts(workspace.templates / name))
        for channel in dict.fromkeys(text.channel for text in texts):
            on_it = [text for text in texts if text.channel == channel]
            yield {
                "template": name,
                "channel": channel,
                "locales": _spoken(text for text in on_it if not text.variant),
                "html": _spoken(text for text in on_it if text.html and not text.variant),
                "variants": list(dict.fromkeys(text.variant for text in on_it if text.variant)),
                "touchpoints": _users(designs, name, channel),
            }


def _spoken(texts: Iterable[_Text]) -> list[str]:
    return list(dict.fromkeys(text.locale or "any" for text in texts))


def _users(designs: Iterable[Touchpoint], name: str, channel: str) -> list[str]:
    return [each.name for each in designs if name in each.templates and channel in each.channels]


def _texts(folder: Path) -> Iterator[_Text]:
    """The files of one template, by name, right or wrong."""
    for file in sorted(folder.glob("*.j2")):
        channel, *between = file.name.removesuffix(".j2").split(".")
        html = between[-1:] == ["html"]
        locale, _, variant = ".".join(between[:-1] if html else between).partition("+")
        channel, _, alone = channel.partition("+")
        yield _Text(channel, locale, variant or alone, html, file)
