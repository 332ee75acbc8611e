"""What `demo` tells: a few pages for the eye, at 80 columns or 100, with colours or without."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TextIO

from rich.align import Align
from rich.console import Console, Group, RenderableType
from rich.markup import escape
from rich.padding import Padding
from rich.panel import Panel
from rich.rule import Rule
from rich.text import Text

from touchpoints.cli.bigfigures import drawn
from touchpoints.cli.demotables import (
    GOES,
    QUIET,
    STAYS,
    TYPED,
    by_file,
    by_hour,
    by_reason,
    by_touchpoint,
    figures,
    limits,
    losers,
    winner,
)
from touchpoints.core.calendar import zone_clock
from touchpoints.core.decision import Decision
from touchpoints.core.explain import explain
from touchpoints.core.plan import Plan
from touchpoints.engine.demonstrating import (
    ABROAD,
    BEGIN,
    BY_THE_MOON,
    END,
    FORESIGHT,
    HEROINE,
    PRIZE,
    REMINDER,
)
from touchpoints.engine.records.summary import ImportSummary
from touchpoints.engine.tallying import Tally
from touchpoints.examples.bank import Bank
from touchpoints.examples.cast import DAY, LUNAR_DAY
from touchpoints.workspace import Workspace

WIDEST = 100
"""Columns; longer lines are hard to read."""


class Pages:
    """The pages in the order of the demo, each printed when its part is done."""

    def __init__(self, stream: TextIO, folder: Path) -> None:
        self._screen = Console(file=stream, highlight=False, emoji=False)
        self._screen.width = min(self._screen.width, WIDEST)
        self._stream, self._folder, self._number = stream, folder, 0

    def bank(self, bank: Bank, workspace: Workspace) -> None:
        """Who the customers are, and what the business lines would send."""
        people = bank.rows["customers"]
        zones = len({row["timezone"] for row in people} - {""})
        days = {"": {DAY[5:], "02-29"}, "lunar": {LUNAR_DAY}}
        born = [row for row in people if row["birthday"][5:] in days[row["birthday_calendar"]]]
        leap = sum(row["birthday"].endswith("02-29") for row in born)
        lunar = sum(row["birthday_calendar"] == "lunar" for row in born)
        wishes = sum(each.topic == "birthday" for each in workspace.policy.touchpoints.values())
        self._show("")
        self._say(
            "[bold]touchpoints[/bold] decides who gets a message, when, through which channel and"
            " how often, and can say why."
        )
        self._page("A bank")
        self._say(
            f"{workspace.name} has [bold]{len(people):,} customers[/bold] in {zones} time zones,"
            " written to in Chinese and in English. Each of its five business lines has designed"
            " greetings, offers, gifts and requests for their birthdays:"
            f" [bold]{wishes} messages[/bold]. Today is Saturday, 28 February 2026, the birthday"
            f" of {len(born)} customers, {leap} of them born on a 29 February, and {lunar} by the"
            " lunar calendar, in which it is the twelfth of the first month."
        )

    def imported(self, summaries: Mapping[str, ImportSummary]) -> None:
        """What was read, and what was wrong with it."""
        self._page("Import")
        self._show(by_file(summaries))

    def previewed(self, plan: Plan) -> None:
        """What would go out in the week, by touchpoint and channel, and why not the rest."""
        self._page("Preview of seven days")
        decisions = list(plan.decisions())
        sends = sum(each.verdict == "send" for each in decisions)
        self._say(
            f"[bold]{len(decisions):,}[/bold] messages might go out, [bold {GOES}]{sends:,}[/] do."
            " A preview writes nothing and sends nothing."
        )
        self._show("", by_touchpoint(decisions, plan.case.rulebook.channels))
        self._show("", by_reason(decisions))

    def explained(self, plan: Plan, bank: Bank) -> None:
        """Why one customer gets one message and not twenty; the plan is hers alone."""
        her = next(row for row in bank.rows["customers"] if row["id"] == HEROINE)
        found = list(explain(plan))
        staying = [each for each in found if each.decision.verdict == "withhold"]
        self._page(f"Why {HEROINE} gets {len(found) - len(staying)} message, not {len(found)}")
        order = ", then ".join(her["channels"].split(";"))
        self._say(
            f"{her['name']} (Wang Fang), born on {her['birthday']}, is a customer of all five lines"
            f" and wants to be reached by {order}."
        )
        for each in found:
            if each.decision.verdict == "send":
                self._show("", winner(each))
        self._show("", losers(staying, plan.case.rulebook.policy.touchpoints))
        self._show("", limits(staying))

    def foreseen(self, plan: Plan) -> None:
        """That a reminder due later keeps its place; the plan is that customer's alone."""
        decisions = list(plan.decisions())
        stays = [each for each in decisions if each.verdict == "withhold"]
        first = min(each.send_at for each in decisions if each.send_at is not None)
        day = zone_clock(decisions[0].zone).local(first)
        self._show("")
        self._say(
            f"[bold]It looks ahead.[/bold] {FORESIGHT} has her birthday today, too, and gets none"
            f" of {len(stays)} messages: by [{STAYS}]{stays[0].reason}[/], campaigns of another"
            f" system took two places this week, and {day:%A}'s payment reminder keeps the third."
        )

    def in_their_time(self, decisions: list[Decision], bank: Bank, zone: str) -> None:
        """That a lunar birthday is kept, and that a call is only invited while it is answered."""
        his = next(row for row in bank.rows["customers"] if row["id"] == BY_THE_MOON)
        wish = next(each for each in decisions if each.customer == BY_THE_MOON and each.channel)
        self._show("")
        self._say(
            f"[bold]It keeps their calendar.[/bold] {BY_THE_MOON} was born on {his['birthday']} of"
            f" the lunar calendar: {wish.touchpoint} goes out today, for the lunar year of 2026."
        )
        calls = [each for each in decisions if each.touchpoint == REMINDER]
        today = [each.send_at for each in calls if each.send_at and each.send_at < END.timestamp()]
        last = zone_clock(zone).local(max(today))
        mute = next(each for each in calls if each.customer == ABROAD)
        self._show("")
        self._say(
            "[bold]Somebody answers.[/bold] The payment reminder invites a call. Today, a Saturday"
            f" on which China works to make up for a holiday, {len(today)} go out, none after"
            f" {last:%H:%M}: the line closes at 17:00. {ABROAD} in New York gets none, by"
            f" [{STAYS}]{mute.reason}[/]: when he may get an SMS, it is night at the line."
        )

    def sent(self, done: Tally, workspace: Workspace) -> None:
        """The day, hour by hour."""
        self._page("A day of sending")
        zone = workspace.policy.timezone
        self._say(
            "The daemon's own loop on a virtual clock, from midnight to midnight in"
            f" {zone.rpartition('/')[2]}. Every message was judged again before it left, into a"
            " folder: e-mail as .eml files, SMS and push as lines of JSON."
        )
        self._show("", by_hour(done, zone, self._screen.width))

    def reported(self, everybody: Tally, hers: Tally) -> None:
        """The figures of the day, and the one that matters."""
        self._page("Report")
        self._show(figures(everybody))
        told = f"{hers.total} → {hers.went}"
        words: list[RenderableType] = [Text(f"\n{told}\n", f"bold {GOES}", justify="center")]
        if self._screen.is_terminal:
            words = [Text(), Align.center(Text(drawn(told), f"bold {GOES}")), *words]
        words.append(
            Text(
                f"{hers.total} messages were designed for one customer's birthday.\n"
                "One went out: the most valuable, on the channel she prefers.\n",
                justify="center",
            )
        )
        self._show("", Panel(Group(*words), border_style=GOES))
        letter = next(self._folder.joinpath("outbox").glob(f"{HEROINE}_*.eml"))
        self._type("her message, as it left", str(letter))

    def next_steps(self, workspace: Workspace) -> None:
        """What to type next."""
        today, tomorrow = (_option(at, workspace.policy.timezone) for at in (BEGIN, END))
        self._page("What to type next")
        for purpose, command in (
            (
                "the policy, the texts, the data and the outbox",
                f"cd {shlex.quote(str(self._folder))}",
            ),
            (
                "her message in words",
                f"touchpoints template render {PRIZE} --customer {HEROINE} --channel email --text",
            ),
            ("every gate of every message", f"touchpoints explain {HEROINE} {today}"),
            ("the customer whose reminder comes first", f"touchpoints explain {FORESIGHT} {today}"),
            ("what goes out from tomorrow on", f"touchpoints preview {tomorrow}"),
            ("after a change in touchpoints.yaml or a text", "touchpoints check"),
            ("a workspace of your own", "touchpoints init my-company"),
        ):
            self._type(purpose, command)
        self._show("")

    def _page(self, title: str) -> None:
        self._number += 1
        heading = f"[bold {TYPED}]{self._number}[/]  [bold]{title}[/bold]"
        self._show("", Rule(heading, align="left", style=QUIET), "", indent=0)

    def _say(self, words: str) -> None:
        self._show(Text.from_markup(words))

    def _type(self, purpose: str, command: str) -> None:
        """A line to copy; it is never broken, whatever the width."""
        self._screen.print(
            f"  [{QUIET}]# {purpose}[/]\n  [{TYPED}]{escape(command)}[/]", soft_wrap=True
        )

    def _show(self, *parts: RenderableType, indent: int = 2) -> None:
        """Print these parts below one another; without a terminal no line ends in blanks."""
        with self._screen.capture() as shown:
            for part in parts:
                self._screen.print(Padding(part, (0, indent)))
        text = shown.get()
        if not self._screen.is_terminal:
            text = "\n".join(line.rstrip() for line in text.split("\n"))
        self._stream.write(text)
        self._stream.flush()


def _option(instant: datetime, zone: str) -> str:
    return f"--as-of {zone_clock(zone).local(int(instant.timestamp())).isoformat()}"
