"""`touchpoints template test`: what the sample customers get, compared with what was accepted."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from touchpoints.cli.context import Context
from touchpoints.cli.known import known_template
from touchpoints.content.catalogue import Catalogue
from touchpoints.engine.golden import Outcome, tested
from touchpoints.engine.samples import read_samples
from touchpoints.engine.trying import Trials


@click.command()
@click.argument("name", required=False)
@click.option("--update", is_flag=True, help="Accept what the texts say now as right.")
@click.pass_obj
def test(context: Context, name: str | None, update: bool) -> None:
    """Render every text for the sample customers and compare with what is stored.

    The samples stand in templates/samples.yaml; what is stored, in templates/NAME/golden, for you
    to review in git. A difference, or a text that cannot be made, ends with exit code 2.

    \b
    Example:
      touchpoints template test
      touchpoints template test birthday --update
    """
    workspace = context.workspace
    catalogue = Catalogue(workspace.templates)
    if name is not None:
        known_template(name, workspace.templates)
    trials = Trials(workspace, catalogue, read_samples(workspace.templates))
    made = failed = changed = 0
    for each in [name] if name else catalogue.names():
        found = tested(trials, each)
        for trial in found.broken:
            click.echo(f"{each}: {trial.channel} for {trial.sample} cannot be made: {trial.error}")
        made, failed = made + found.made, failed + len(found.broken)
        changed += len(found.changed)
        for outcome in found.changed:
            _tell(outcome, workspace.root, update=update)
        for file in found.speechless:
            click.echo(f"{each}: no sample customer reads {file}; add one to samples.yaml")
    click.echo(_summary(made, failed, changed, update=update))
    sys.exit(2 if failed or (changed and not update) else 0)


def _tell(outcome: Outcome, root: Path, *, update: bool) -> None:
    """Show what has changed in one golden file, or accept it."""
    name = outcome.file.relative_to(root).as_posix()
    if update:
        outcome.accept()
        click.echo(f"{'removed' if outcome.now is None else 'stored'} {name}")
    else:
        click.echo(outcome.difference(name))


def _summary(made: int, failed: int, changed: int, *, update: bool) -> str:
    texts = f"{made:,} renderings"
    if failed:
        texts += f", {failed:,} of them cannot be made"
    if not changed:
        return f"{texts}: as stored" if not failed else texts
    files = f"{changed:,} file" + ("s" if changed > 1 else "")
    if update:
        return f"{texts}: {files} updated"
    return f"{texts}: {files} changed; accept with: touchpoints template test --update"
