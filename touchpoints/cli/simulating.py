"""A bar on standard error while something is simulated."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from touchpoints.engine.simulating import Progress, Span


@contextmanager
def progress_of(span: Span, what: str) -> Iterator[Progress]:
    """Shows how far the virtual clock is; only where standard error is a terminal."""
    screen = Console(stderr=True)
    bar = Bar(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeRemainingColumn(),
        console=screen,
        transient=True,
        disable=not screen.is_terminal,
    )
    with bar:
        task = bar.add_task(what, total=(span.until - span.start).total_seconds())
        yield lambda now: bar.update(task, completed=(now - span.start).total_seconds())
