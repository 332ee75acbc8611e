"""A comparison of two policies as tables for the terminal."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from rich.console import Console
from rich.table import Table
from rich.text import Text

from touchpoints.cli.diffwords import DiffWords, change_in_words, money, signed
from touchpoints.engine.comparing import Row

SHOWN = 20
"""How many of the changed messages are shown; a screen holds no more."""

Cell = str | int


def print_tables(screen: Console, words: DiffWords) -> None:
    """Print which policy is which, the result in words, and the tables behind it."""
    screen.print(f"[bold]Two policies on the same data[/bold], {' to '.join(words.ends)}")
    for side, name, place in words.policies():
        screen.print(Text(f"  {side:<6} {name} ({place})"), soft_wrap=True)
    screen.print()
    for sentence in words.summary():
        screen.print(Text(sentence), soft_wrap=True)
    screen.print()
    tables = [_kinds(words), _by_channel(words), _moves(words), _reasons(words), _spread(words)]
    for table in [*tables, _changes(words)]:
        if table.row_count:
            screen.print(table)
            screen.print()
    further = len(words.comparison.changes) - SHOWN
    if further > 0:
        screen.print(f"and {further:,} more; --format jsonl tells them all")


def _kinds(words: DiffWords) -> Table:
    table = _table("What becomes of the messages", ["change"], ["messages"], [""])
    for kind, count, meaning in words.kinds():
        _add(table, kind, count, meaning)
    return table


def _by_channel(words: DiffWords) -> Table:
    figures = ["here", "there", "difference", "gained", "lost", "moved"]
    figures += ["cost here", "cost there"]
    table = _table("By touchpoint and channel", ["touchpoint", "channel"], figures, [])
    rows = words.comparison.rows
    for place, row in enumerate(rows):
        first = place == 0 or rows[place - 1].touchpoint != row.touchpoint
        last = place == len(rows) - 1 or rows[place + 1].touchpoint != row.touchpoint
        name = row.touchpoint if first else ""
        _add(table, name, row.channel, *_figures(row), last=last)
    if rows:
        _add(table, "all", "", *_figures(words.comparison.total))
    return table


def _figures(row: Row) -> list[Cell]:
    return [
        *(row.here, row.there, signed(row.difference), row.gained, row.lost, row.moved),
        *(money(row.cost_here), money(row.cost_there)),
    ]


def _moves(words: DiffWords) -> Table:
    table = _table("How messages move", ["moved"], ["messages"], [])
    for how, count in words.moves():
        _add(table, how, count)
    return table


def _reasons(words: DiffWords) -> Table:
    names = ["change", "reason on the side where it does not go out"]
    table = _table("Why messages are lost or gained", names, ["messages"], [])
    for kind, reason, count in words.reasons():
        _add(table, kind, reason, count)
    return table


def _spread(words: DiffWords) -> Table:
    table = _table("Messages per customer", [""], ["here", "there"], [])
    for figure, here, there in words.spreads():
        _add(table, figure, here, there)
    return table


def _changes(words: DiffWords) -> Table:
    names = ["change", "customer", "touchpoint", "occurrence", "here", "there"]
    table = _table("The first messages that change", names, [], [])
    for change in islice(words.comparison.changes, SHOWN):
        _add(table, *change_in_words(change))
    return table


def _table(title: str, names: Iterable[str], figures: Iterable[str], ends: Iterable[str]) -> Table:
    """A table with columns of words, of figures, and of words again."""
    table = Table(title=title, title_justify="left", show_edge=False, pad_edge=False)
    for name in names:
        table.add_column(name, overflow="fold")
    for name in figures:
        table.add_column(name, justify="right", no_wrap=True)
    for name in ends:
        table.add_column(name)
    return table


def _add(table: Table, *cells: Cell, last: bool = False) -> None:
    """A row; names are shown as they are, whatever signs they are made of."""
    table.add_row(*(Text(_shown(cell)) for cell in cells), end_section=last)


def _shown(cell: Cell) -> str:
    if isinstance(cell, int):
        return f"{cell:,}" if cell else "·"
    return cell
