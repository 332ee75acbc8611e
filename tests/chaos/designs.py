"""The touchpoints of the world, as plain numbers: the policy is written from them.

The invariants judge by these same numbers and by nothing that touchpoints has made of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tests.chaos.provider import KEYED, KEYLESS, MAIL

BIRTHDAY, INSTALMENT = "birthday", "instalment"


@dataclass(frozen=True, slots=True)
class Design:
    """One touchpoint. `about` is the birthday, the instalment or a kind of event.

    The window is in minutes from midnight of the occurrence's day, on the customer's clock.
    """

    name: str
    about: str
    category: str
    window: tuple[int, int]
    priority: int
    topic: str
    resend: bool
    offset: int = 0

    @property
    def moment(self) -> str:
        """How the policy writes what it is about."""
        if self.about == BIRTHDAY:
            return "{annual: birthday}"
        if self.about == INSTALMENT:
            return f"{{fact: instalment, offset: {self.offset}d}}"
        return f"{{event: {self.about}}}"


def _hours(first: float, last: float) -> tuple[int, int]:
    return int(first * 60), int(last * 60)


DESIGNS = {
    each.name: each
    for each in (
        Design("greeting", BIRTHDAY, "marketing", _hours(9, 20), 60, "birthday", resend=False),
        Design("club", BIRTHDAY, "marketing", _hours(9, 20), 40, "birthday", resend=False),
        Design("reminder", INSTALMENT, "service", _hours(8, 44), 90, "payment", False, -2),
        Design("overdue", INSTALMENT, "mandatory", _hours(8, 20), 95, "payment", True, 1),
        Design("notice", "order", "service", _hours(0, 47), 70, "order", resend=True),
        Design("news", "visit", "marketing", _hours(0, 47), 30, "news", resend=False),
        Design("alarm", "alarm", "mandatory", _hours(0, 36), 100, "alarm", resend=False),
    )
}
KINDS_OF_EVENT = ("order", "visit", "alarm")

HOURS = {KEYED: _hours(6, 23), KEYLESS: _hours(8, 21), MAIL: _hours(0, 24)}
CATEGORY_HOURS = {
    "mandatory": _hours(0, 24),
    "service": _hours(0, 24),
    "marketing": _hours(9, 20),
}
GAP = 90 * 60
"""Seconds between two messages to one customer."""


@dataclass(frozen=True, slots=True)
class Cap:
    """At most `max` messages in so many local dates, or hours, over what it selects."""

    name: str
    max: int
    days: int = 0
    hours: int = 0
    category: str | None = None
    topic: str | None = None
    channel: str | None = None

    @property
    def written(self) -> str:
        """How the policy writes it."""
        per = f"{self.days}d" if self.days else f"{self.hours}h"
        selected = {"categories": self.category, "topics": self.topic, "channels": self.channel}
        only = "".join(f", {key}: [{name}]" for key, name in selected.items() if name)
        return f"{{name: {self.name}, max: {self.max}, per: {per}{only}}}"


CAPS = (
    Cap("two-a-day", 2, days=1),
    Cap("marketing", 1, hours=36, category="marketing"),
    Cap("one-wish", 1, days=30, topic="birthday"),
    Cap("sms-weekly", 3, days=7, channel=KEYLESS),
)


def policy(url: str, ports: dict[str, int], order: Sequence[str]) -> str:
    """The whole of touchpoints.yaml, for providers on these ports."""
    lines = [
        "name: Harbour Bank",
        "timezone: UTC",
        "locale: en",
        f"database: {url}",
        "horizon: 3d",
        "channels:",
        *(f"  {name}: {_channel(name, ports[name])}" for name in order),
        "categories:",
        "  mandatory: {consent: none, obeys_caps: false}",
        "  service: {consent: assumed}",
        f"  marketing: {{consent: required, hours: {_span(CATEGORY_HOURS['marketing'])}}}",
        "topics: {birthday: {losers: merge}}",
        "caps:",
        *(f"  - {cap.written}" for cap in CAPS if cap.channel is None or cap.channel in ports),
        f"gap: {GAP // 60}m",
        "touchpoints:",
        *(_touchpoint(each, order) for each in DESIGNS.values()),
    ]
    return "\n".join(lines) + "\n"


def _touchpoint(design: Design, order: Sequence[str]) -> str:
    open_, close = (f'"{at // 1440}d {at // 60 % 24:02d}:{at % 60:02d}"' for at in design.window)
    lines = [
        f"  {design.name}:",
        f"    moment: {design.moment}",
        f"    window: {{open: {open_}, close: {close}}}",
        f"    category: {design.category}",
        f"    topic: {design.topic}",
        f"    priority: {design.priority}",
        f"    channels: [{', '.join(order)}]",
        f"    on_doubt: {'resend' if design.resend else 'hold'}",
    ]
    if design.about == INSTALMENT:
        lines.append("    audience: \"fact.status == 'open'\"")
    return "\n".join(lines)


def _channel(name: str, port: int) -> str:
    if name == MAIL:
        sender = '"Harbour Bank <hello@harbour.example>"'
        return f'{{transport: smtp, url: "smtp://127.0.0.1:{port}", from: {sender}, timeout: 0.25}}'
    keyed = ", idempotent: true" if name == KEYED else ""
    body = '{to: "{{ message.address }}", text: "{{ message.body }}"}'
    return (
        f'{{transport: http, url: "http://127.0.0.1:{port}/send", json: {body},'
        f" hours: {_span(HOURS[name])}, timeout: 0.25{keyed}}}"
    )


def _span(span: tuple[int, int]) -> str:
    return f'"{span[0] // 60:02d}:{span[0] % 60:02d}-{span[1] // 60:02d}:{span[1] % 60:02d}"'


def templates(channels: Sequence[str]) -> dict[str, str]:
    """The texts by file name: each names the message in brackets, and whom it takes in."""
    found = {}
    for name in DESIGNS:
        mark = f"[[{{{{ customer.id }}}}/{name}/{{{{ occurrence.key }}}}]]"
        text = f"{mark} Good day."
        if name == "greeting":
            text += "{% for section in sections %} {{ section }}{% endfor %}"
        for channel in channels:
            head = f'---\nsubject: "About {name}"\n---\n' if channel == MAIL else ""
            found[f"{name}/{channel}.j2"] = f"{head}{text}\n"
        found[f"{name}/section.j2"] = f"{mark} and this."
    return found
