"""`touchpoints template`: the texts, which there are, whether they are right, and what they say."""

from __future__ import annotations

import click

from touchpoints.cli.lazygroup import Known, LazyGroup

COMMANDS: Known = (
    ("list", "touchpoints.cli.templatelist:list_", "List the templates and who uses them."),
    ("show", "touchpoints.cli.templatelist:show", "Print the source of a template."),
    ("check", "touchpoints.cli.templatecheck:check", "Check all templates, or one."),
    ("render", "touchpoints.cli.templaterender:render", "Print the very bytes of one message."),
    ("test", "touchpoints.cli.templatetest:test", "Render every text for the sample customers."),
)


@click.group(cls=LazyGroup, known=COMMANDS)
def template() -> None:
    """List, show, check and render the texts.

    \b
    Example:
      touchpoints template list
      touchpoints template render birthday-greeting --customer C01 --channel sms
    """
