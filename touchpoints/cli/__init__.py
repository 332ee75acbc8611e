"""The command line: a list of commands, each in a module that is imported only when it is used."""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from touchpoints.cli.context import Context
from touchpoints.cli.lazygroup import Known, LazyGroup
from touchpoints.engine.collecting import collecting_rarely
from touchpoints.errors import TouchpointsError

COMMANDS: Known = (
    ("init", "touchpoints.cli.init:init", "Make a workspace that works at once."),
    ("demo", "touchpoints.cli.demo:demo", "Show the whole path on generated customers."),
    (
        "import",
        "touchpoints.cli.importing:import_",
        "Read customers, facts and wishes from a file.",
    ),
    ("check", "touchpoints.cli.check:check", "Check the policy and every template."),
    ("preview", "touchpoints.cli.preview:preview", "Show the plan; nothing is written."),
    ("explain", "touchpoints.cli.explain:explain", "Say why one customer gets what, and why not."),
    ("plan", "touchpoints.cli.plan:plan", "Make the plan and store it in the outbox."),
    ("run", "touchpoints.cli.run:run", "Plan and deliver, until stopped or once."),
    ("simulate", "touchpoints.cli.simulate:simulate", "Run the daemon's loop on a virtual clock."),
    ("diff", "touchpoints.cli.diff:diff", "Compare two policies on the same data."),
    ("status", "touchpoints.cli.status:status", "Say what waits, what went and how far behind."),
    ("outbox", "touchpoints.cli.outbox:outbox", "Look at the messages and their states."),
    (
        "customer",
        "touchpoints.cli.customer:customer",
        "Tell the story of one person, or erase it.",
    ),
    ("pause", "touchpoints.cli.pause:pause", "Stop a touchpoint at once."),
    ("resume", "touchpoints.cli.pause:resume", "Let a paused touchpoint go on."),
    ("template", "touchpoints.cli.template:template", "List, check and render templates."),
    ("studio", "touchpoints.cli.studio:studio", "Open the studio in a browser."),
    ("db", "touchpoints.cli.db:db", "Make, upgrade or check the database."),
    ("schema", "touchpoints.cli.schema:schema", "Print the JSON Schema of the workspace file."),
    ("version", "touchpoints.cli.version:version", "Print the versions that matter."),
)
"""Every command: its name, where it is, and what it does in one line."""


@click.group(
    cls=LazyGroup, known=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.option(
    "-w",
    "--workspace",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    envvar="TOUCHPOINTS_WORKSPACE",
    show_envvar=True,
    help="The workspace folder (default: here).",
)
@click.pass_context
def cli(ctx: click.Context, workspace: Path) -> None:
    """Decide who gets a message, when, through which channel and how often, and say why.

    \b
    Example:
      touchpoints demo
      touchpoints -w bank preview --days 7
    """
    ctx.obj = Context(workspace)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command line (default: that of the process) and exit with its code.

    Errors that touchpoints raises on purpose become one clear message on standard error.
    """
    try:
        with collecting_rarely():
            cli.main(args=arguments, prog_name="touchpoints", standalone_mode=False)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.Abort:
        click.echo("stopped", err=True)
        sys.exit(1)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except TouchpointsError as error:
        click.echo(f"touchpoints: {error}", err=True)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
    finally:
        if arguments is None:
            gc.freeze()  # the process ends: looking through all it has once more took a tenth
