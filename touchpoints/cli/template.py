"""`touchpoints template`: the texts, which there are, whether they are right, and what they say."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from rich.table import Table

from touchpoints.cli.check import checker
from touchpoints.cli.complaints import format_option, tell
from touchpoints.cli.context import Context
from touchpoints.cli.options import as_of_option
from touchpoints.cli.output import console, opened, write_json_lines
from touchpoints.cli.preview import known_touchpoint
from touchpoints.cli.templatetest import known_template, test
from touchpoints.content.catalogue import Catalogue
from touchpoints.content.files import read_source
from touchpoints.content.variant import Choice
from touchpoints.core.message import Message
from touchpoints.core.policy import Touchpoint
from touchpoints.engine.rendering import Wanted, choose
from touchpoints.engine.rendering import render as render_message
from touchpoints.errors import UsageError
from touchpoints.workspace import Workspace


@click.group()
def template() -> None:
    """List, show, check and render the texts.

    \b
    Example:
      touchpoints template list
      touchpoints template render birthday-greeting --customer C01 --channel sms
    """


template.add_command(test)


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


@template.command("list")
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


@template.command()
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


@template.command()
@click.argument("name", required=False)
@format_option
@click.pass_obj
def check(context: Context, name: str | None, form: str) -> None:
    """Check all templates, or one, on the channels and in the locales that they are used in.

    \b
    Example:
      touchpoints template check
      touchpoints template check birthday --format json
    """
    workspace = context.workspace
    if name is not None:
        known_template(name, workspace.templates)
    count = len(Catalogue(workspace.templates).names())
    about = f"template {name}" if name else f"{count:,} template" + ("s" if count != 1 else "")
    sys.exit(tell(checker(workspace).templates(name), form, context.root, about))


@template.command()
@click.argument("touchpoint")
@click.option("--customer", required=True, help="The customer's id.")
@click.option("--channel", required=True, help="One of the touchpoint's channels.")
@click.option("--occurrence", metavar="KEY", help="Its key (default: what is open or comes next).")
@as_of_option
@click.option("--text", is_flag=True, help="The words for reading, instead of the bytes.")
@click.option("--why", is_flag=True, help="Which file it is written from, and by which rule.")
@click.pass_obj
def render(
    context: Context,
    touchpoint: str,
    customer: str,
    channel: str,
    occurrence: str | None,
    as_of: datetime,
    text: bool,
    why: bool,
) -> None:
    """Print the very bytes that would leave for one customer at --as-of; nothing is sent.

    It does not matter whether the message went out already, or whether anything holds it back.

    \b
    Example:
      touchpoints template render birthday-greeting --customer C01 --channel email > letter.eml
      touchpoints template render instalment-due --customer C02 --channel sms --text
      touchpoints template render instalment-due --customer C02 --channel sms --why
    """
    workspace = context.workspace
    known_touchpoint(touchpoint, workspace.policy.touchpoints)
    design = workspace.policy.touchpoints[touchpoint]
    if channel not in design.channels:
        there = ", ".join(design.channels)
        raise UsageError(f"{touchpoint} does not go by {channel!r}; its channels are {there}")
    wanted = Wanted(design, customer, channel, occurrence)
    if why:
        click.echo(_reasons(choose(context.database, workspace, wanted, as_of), context.root))
        return
    message = render_message(context.database, workspace, wanted, as_of)
    if text:
        click.echo(_readable(message))
    else:
        click.echo(message.content, nl=False)


def _reasons(choice: Choice, root: Path) -> str:
    """The file that a text is written from, and what each variant's rule said."""
    file = choice.source.file
    shown = file.relative_to(root.absolute()) if file.is_relative_to(root.absolute()) else file
    lines = [shown.as_posix()]
    for asked in choice.asked:
        values = ", ".join(f"{name} is {value!s}" for name, value in asked.values.items())
        verdict = "holds" if asked.holds else "does not hold"
        lines.append(f"  +{asked.variant}, when {asked.when}: {verdict} ({values})")
    if not choice.asked:
        lines.append("  for everybody: this text has no variants")
    return "\n".join(lines)


def _readable(message: Message) -> str:
    subject = f"{message.subject}\n\n" if message.subject else ""
    return subject + message.body


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
