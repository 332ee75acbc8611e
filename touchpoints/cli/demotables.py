"""The tables of `demo`: light lines, few colours, nothing cut at 80 columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from rich import box
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from touchpoints.core.calendar import zone_clock
from touchpoints.core.decision import Decision
from touchpoints.core.explain import Explanation
from touchpoints.core.policy import Touchpoint
from touchpoints.engine.records.summary import ImportSummary
from touchpoints.engine.tallying import Tally

GOES, STAYS, QUIET, TYPED = "green", "magenta", "dim", "cyan"
"""Colours that can be read on dark and on light terminals."""

WHY: Mapping[str, str] = {
    "blocked": "closed, deceased or blocked",
    "no_consent": "never agreed, or took it back",
    "no_address": "no usable address on that channel",
    "paused": "asked to be left alone for a while",
    "no_time": "no hour at which somebody could answer",
    "cap:one-a-day": "one offer or wish a day",
    "cap:three-a-week": "three messages a week, of all senders",
    "cap:sms-monthly": "four SMS a month",
    "cap:one-birthday-wish": "one birthday wish a month",
    "cap:own": "the customer's own limit",
    "gap": "less than four hours from another message",
}
"""The reasons of the demo's policy in a few words."""


def by_file(summaries: Mapping[str, ImportSummary]) -> Table:
    """What was read, and what was wrong with it."""
    table = plain_table()
    table.add_column(style=TYPED, no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(style=QUIET)
    for kind, summary in summaries.items():
        told = [f"{each.count} × {each.reason.partition(';')[0]}" for each in summary.warned]
        table.add_row(f"{kind}.csv", f"{summary.read:,} rows", escape("\n".join(told)))
    return table


def by_touchpoint(decisions: Iterable[Decision], channels: Sequence[str]) -> Table:
    """How many messages of each touchpoint go out, on which channel, and how many do not."""
    table = headed_table()
    table.add_column("touchpoint", no_wrap=True)
    table.add_column("might go", justify="right", no_wrap=True)
    for channel in channels:
        table.add_column(channel, justify="right", no_wrap=True)
    table.add_column("go out", justify="right", no_wrap=True, style=f"bold {GOES}")
    table.add_column("stay", justify="right", no_wrap=True, style=STAYS)
    counts = Counter((each.touchpoint, each.channel) for each in decisions)
    names = sorted({name for name, _ in counts})
    for _, line in groupby(names, key=lambda name: name.partition("-")[0]):
        of_line = list(line)
        for name in of_line:
            last = name == of_line[-1]
            table.add_row(name, *_figures(counts, [name], channels), end_section=last)
    table.add_row("all", *_figures(counts, names, channels), style="bold")
    return table


def _figures(
    counts: Counter[tuple[str, str | None]], names: Sequence[str], channels: Sequence[str]
) -> Iterator[str]:
    went = [sum(counts[name, channel] for name in names) for channel in channels]
    stayed = sum(counts[name, None] for name in names)
    for figure in (sum(went) + stayed, *went, sum(went), stayed):
        yield f"{figure:,}" if figure else "·"


def by_reason(decisions: Iterable[Decision]) -> Table:
    """Why the others stay, the most frequent reason first."""
    table = headed_table()
    table.add_column("why not", style=STAYS, no_wrap=True)
    table.add_column("stay", justify="right", no_wrap=True)
    table.add_column("in words")
    counts = Counter(each.reason for each in decisions if each.reason is not None)
    for reason, count in counts.most_common():
        table.add_row(reason, f"{count:,}", WHY.get(reason, ""))
    return table


def winner(each: Explanation) -> Table:
    """What goes out, and what it had to pass."""
    decision, table = each.decision, plain_table()
    at = zone_clock(decision.zone).local(decision.send_at or 0)
    table.add_column(style=f"bold {GOES}", no_wrap=True)
    table.add_column()
    table.add_row(
        "send",
        f"[bold]{decision.touchpoint}[/bold] by {decision.channel} at {at:%H:%M},"
        f" worth {decision.score:g}, the most of all",
    )
    passed = [
        f"{finding.gate} ({finding.detail})" if finding.detail else finding.gate
        for finding in each.findings
        if finding.channel == decision.channel
    ]
    table.add_row("passes", Text(" · ".join(passed), style=QUIET))
    return table


def losers(staying: Sequence[Explanation], designs: Mapping[str, Touchpoint]) -> Table:
    """What does not, the most valuable first, each with its reason."""
    table = headed_table()
    table.add_column("", style=QUIET, justify="right", no_wrap=True)
    table.add_column("withhold", no_wrap=True)
    table.add_column("by", no_wrap=True)
    table.add_column("worth", justify="right", no_wrap=True)
    table.add_column("why", style=STAYS, no_wrap=True)
    found = [(designs[each.decision.touchpoint], each.decision.reason or "") for each in staying]
    found.sort(key=lambda pair: -pair[0].priority)
    for number, (design, reason) in enumerate(found, 1):
        table.add_row(str(number), design.name, design.channels[0], str(design.priority), reason)
    return table


def limits(staying: Iterable[Explanation]) -> Table:
    """The numbers behind each reason."""
    table = plain_table()
    table.add_column(style=STAYS, no_wrap=True)
    table.add_column()
    details = {each.decision.reason or "": each.decision.detail or "" for each in staying}
    for reason, detail in sorted(details.items()):
        table.add_row(reason, escape(detail))
    return table


def by_hour(done: Tally, zone: str, width: int) -> Table:
    """The hours in which something was sent, as bars; beside them where in the world it was day."""
    table = plain_table()
    table.add_column(style=QUIET, no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(style=QUIET, no_wrap=True)
    clock = zone_clock(zone)
    hours = [
        (hour, list(times))
        for hour, times in groupby(done.times, key=lambda time: f"{clock.local(time[0]):%H}:00")
    ]
    most = max((len(times) for _, times in hours), default=1)
    for hour, times in hours:
        bar = Text("━" * max(1, len(times) * (width - 36) // most), GOES)
        bar.append(f" {len(times)}", "bold default")
        there = Counter(zone for _, zone in times).most_common(1)[0][0] or zone
        local = zone_clock(there).local(times[0][0])
        city = there.rpartition("/")[2].replace("_", " ")
        table.add_row(hour, bar, f"{local:%H}:00 in {city}")
    return table


def figures(everybody: Tally) -> Table:
    """The figures of the day."""
    table = plain_table()
    table.add_column(style="bold", no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column()
    table.add_row("decided", f"{everybody.total:,}", "what might go out in these seven days")
    table.add_row("sent", f"[{GOES}]{everybody.went:,}[/]", _listed(everybody.sent))
    table.add_row("planned", f"{everybody.waiting:,}", "for the days to come")
    table.add_row("withheld", f"[{STAYS}]{everybody.stayed:,}[/]", _listed(everybody.withheld))
    return table


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count:,} {escape(name)}" for name, count in counts.items())


def plain_table() -> Table:
    """Columns and nothing else."""
    return Table(show_header=False, show_edge=False, pad_edge=False, box=None)


def headed_table() -> Table:
    """Columns under a header and a thin line."""
    light = box.SIMPLE_HEAD
    return Table(show_edge=False, pad_edge=False, box=light, header_style="bold")
