"""`touchpoints studio`: the web pages for authors and operators, on this machine only."""

from __future__ import annotations

import os
import shlex
import socket
import sys
import webbrowser
from importlib.util import find_spec

import click

from touchpoints.cli.context import Context
from touchpoints.errors import UsageError

PORT = 8765


@click.command()
@click.option(
    "--port", type=click.IntRange(0, 65535), default=PORT, show_default=True, help="0: any."
)
@click.option("--no-browser", is_flag=True, help="Only print the address; open no browser.")
@click.pass_obj
def studio(context: Context, port: int, no_browser: bool) -> None:
    """Open the studio: write templates, look at the plan, the customers and the outbox.

    It listens on this machine only, and lets in whoever has the address that it prints.

    \b
    Example:
      touchpoints studio
      touchpoints studio --port 9000 --no-browser
    """
    if find_spec("fastapi") is None or find_spec("uvicorn") is None:
        # `pip` alone may belong to another Python than this one.
        install = f"{shlex.quote(sys.executable)} -m pip install 'touchpoints[web]'"
        raise UsageError(f"the studio needs the extra `web`: {install}")
    # Lazy, so that `--help` stays quick, and everything else works without the extra.
    import uvicorn  # noqa: PLC0415

    from touchpoints.studio.access import Access  # noqa: PLC0415
    from touchpoints.studio.app import application  # noqa: PLC0415
    from touchpoints.studio.studio import Studio  # noqa: PLC0415

    with _listening(port) as listener:
        opened = Studio(context.root.absolute(), Access(listener.getsockname()[1]), os.environ)
        config = uvicorn.Config(
            application(opened),
            log_level="warning",
            access_log=False,  # it would write the token down
            server_header=False,
            proxy_headers=False,
            ws="none",
            timeout_graceful_shutdown=2,
        )
        click.echo(opened.access.address)
        click.echo("the studio runs until Ctrl+C; whoever has this address may use it", err=True)
        if not no_browser:
            webbrowser.open(opened.access.address)
        uvicorn.Server(config).run(sockets=[listener])


def _listening(port: int) -> socket.socket:
    try:
        return socket.create_server(("127.0.0.1", port))
    except OSError as error:
        remedy = "end what listens there, or choose another with --port"
        raise UsageError(f"port {port} cannot be used: {error.strerror}; {remedy}") from error
