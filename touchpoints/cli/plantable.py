"""Decisions as a table: day by touchpoint by channel, and why the others do not go out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

from rich.console import Console
from rich.table import Table
from rich.text import Text

from touchpoints.core.calendar import zone_clock
from touchpoints.core.decision import Decision


class PlanTable:
    """Counts decisions as they come, and prints them."""

    def __init__(self, channels: Sequence[str], *, by_month: bool = False) -> None:
        self._channels, self._by_month = channels, by_month
        self._sends: Counter[tuple[date, str, str]] = Counter()
        self._refused: Counter[tuple[str, str]] = Counter()
        self._texts: Counter[tuple[str, str, str]] = Counter()

    def add(self, decisions: Iterable[Decision]) -> None:
        """Count these decisions; a message counts on its local date."""
        for each in decisions:
            if each.send_at is not None and each.channel is not None:
                day = zone_clock(each.zone).local(each.send_at).date()
                period = day.replace(day=1) if self._by_month else day
                self._sends[period, each.touchpoint, each.channel] += 1
                if each.chosen is not None:
                    rule = each.chosen.rule or "for everybody else"
                    self._texts[each.touchpoint, each.chosen.file, rule] += 1
            else:
                self._refused[each.reason or "", each.touchpoint] += 1

    def print(self, console: Console, title: str) -> None:
        """Print what goes out, by day or month, and below it what does not, by reason."""
        sends, refused = self._sends.total(), self._refused.total()
        console.print(f"[bold]{title}[/bold]")
        console.print(f"{sends + refused:,} candidates: {sends:,} go out, {refused:,} do not\n")
        if sends:
            console.print(self._going())
            console.print()
        if self._texts:
            console.print(self._worded())
            console.print()
        if refused:
            console.print(self._staying())

    def _going(self) -> Table:
        table = Table(title="What goes out", title_justify="left", show_edge=False, pad_edge=False)
        table.add_column("month" if self._by_month else "day", style="cyan", no_wrap=True)
        table.add_column("touchpoint", no_wrap=True)
        for channel in self._channels:
            table.add_column(channel, justify="right")
        table.add_column("total", justify="right", style="bold")
        days = sorted({day for day, _, _ in self._sends})
        for day in days:
            names = sorted({name for each, name, _ in self._sends if each == day})
            for place, name in enumerate(names):
                counts = [self._sends[day, name, channel] for channel in self._channels]
                told = f"{day:%Y-%m}" if self._by_month else f"{day:%a} {day.isoformat()}"
                label = told if place == 0 else ""
                last = place == len(names) - 1
                table.add_row(label, name, *_figures([*counts, sum(counts)]), end_section=last)
        totals = [
            sum(count for (_, _, each), count in self._sends.items() if each == channel)
            for channel in self._channels
        ]
        table.add_row("all", "", *_figures([*totals, sum(totals)]), style="bold")
        return table

    def _worded(self) -> Table:
        """Which of their variants the templates take, and by which rule."""
        table = Table(
            title="Which text, where there are several",
            title_justify="left",
            show_edge=False,
            pad_edge=False,
        )
        table.add_column("touchpoint", no_wrap=True)
        table.add_column("text", no_wrap=True)
        table.add_column("rule", overflow="fold")
        table.add_column("messages", justify="right")
        texts = sorted(self._texts.items())
        for place, ((name, file, rule), count) in enumerate(texts):
            first = place == 0 or texts[place - 1][0][0] != name
            last = place == len(texts) - 1 or texts[place + 1][0][0] != name
            table.add_row(name if first else "", file, Text(rule), f"{count:,}", end_section=last)
        return table

    def _staying(self) -> Table:
        table = Table(
            title="What does not, and why", title_justify="left", show_edge=False, pad_edge=False
        )
        table.add_column("reason", style="yellow", no_wrap=True)
        names = sorted({name for _, name in self._refused})
        table.add_column("touchpoint", no_wrap=True)
        table.add_column("candidates", justify="right")
        by_reason = Counter[str]()
        for (reason, _), count in self._refused.items():
            by_reason[reason] += count
        for reason, _ in by_reason.most_common():
            of_it = [name for name in names if self._refused[reason, name]]
            for place, name in enumerate(of_it):
                table.add_row(
                    reason if place == 0 else "",
                    name,
                    f"{self._refused[reason, name]:,}",
                    end_section=place == len(of_it) - 1,
                )
        return table


def _figures(counts: Sequence[int]) -> list[str]:
    return [f"{count:,}" if count else "·" for count in counts]
