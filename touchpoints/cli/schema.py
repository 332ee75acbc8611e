"""`touchpoints schema`: the JSON Schema of the workspace file, for editors."""

from __future__ import annotations

import json

import click

from touchpoints.workspace import json_schema


@click.command()
def schema() -> None:
    """Print the JSON Schema of touchpoints.yaml, made from the models that check it.

    \b
    Example:
      touchpoints schema > touchpoints.schema.json
    """
    click.echo(json.dumps(json_schema(), indent=2, ensure_ascii=False))
