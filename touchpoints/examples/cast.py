"""The first eleven customers of the generated bank: each shows one thing that a plan weighs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from touchpoints.examples.people import CHINA, LONDON, NEW_YORK, SYDNEY, Home

Row = Mapping[str, str]

DAY = "2026-02-28"
"""The demo's day: leap-day people are born on it this year, and it is a Saturday on which China
works, to make up for the New Year's holidays."""

LUNAR_DAY = "01-12"
"""The same day in the lunar calendar: the twelfth of the first month."""

ALL_LINES = "cards;loans;savings;insurance;mobile"


@dataclass(frozen=True, slots=True)
class Part:
    """One of the cast; `person` holds what differs from an ordinary customer."""

    name: str
    home: Home
    person: Row = field(default_factory=dict)
    facts: tuple[Row, ...] = ()
    preferences: tuple[Row, ...] = ()
    history: tuple[Row, ...] = ()
    consents: tuple[Row, ...] | None = None


def _instalment(ref: str, date: str, amount: str, currency: str = "CNY") -> Row:
    kind = {"kind": "instalment", "ref": ref, "date": date, "status": "open"}
    return kind | {"amount": amount, "currency": currency}


def _sent(at: str, channel: str, topic: str) -> Row:
    known = {"sent_at": at, "channel": channel, "category": "marketing"}
    return known | {"topic": topic, "touchpoint": f"{topic} (campaign tool)"}


CAST: tuple[Part, ...] = (
    # The birthday flood: five business lines have designed twenty messages for her day.
    Part(
        "王 芳",
        CHINA,
        {
            "birthday": "1990-02-28",
            "channels": "email;sms;push",
            "lines": ALL_LINES,
            "tier": "gold",
            "checked": "2021-06-30",
        },
    ),
    # Two campaigns this week already, and Monday's reminder keeps the third place.
    Part(
        "李 娜",
        CHINA,
        {"birthday": "1985-02-28", "lines": "cards;loans", "tier": "gold"},
        facts=(_instalment("L-0002-03", "2026-03-05", "3200.00"),),
        history=(
            _sent("2026-02-26T10:00:00+08:00", "email", "newsletter"),
            _sent("2026-02-27T10:00:00+08:00", "email", "card-offer"),
        ),
    ),
    # She has refused marketing, and still gets a reminder: that is service.
    Part(
        "Sophie Clarke",
        SYDNEY,
        {"birthday": "1979-02-28", "lines": "cards;loans", "checked": "2025-04-02"},
        facts=(_instalment("L-0003-03", "2026-03-03", "210.00", "AUD"),),
        consents=(
            {
                "channel": "*",
                "category": "marketing",
                "state": "denied",
                "at": "2025-09-01T09:00:00Z",
                "source": "letter",
            },
        ),
    ),
    # Born on a leap day: this year the policy's word `backward` makes it 28 February.
    Part("Emma Brown", LONDON, {"birthday": "1996-02-29", "lines": "cards", "tier": "gold"}),
    # No phone and no device: what goes by SMS only has no way.
    Part(
        "陈 建国",
        CHINA,
        {"birthday": "1962-02-28", "lines": "loans", "phone": "", "address.push": ""},
    ),
    # He sleeps from one o'clock on; a wish within four hours of his reminder would be too much.
    Part(
        "赵 磊",
        CHINA,
        {
            "birthday": "1988-02-28",
            "lines": "loans",
            "tier": "basic",
            "email": "",
            "checked": "2025-11-20",
        },
        facts=(_instalment("L-0006-03", "2026-03-03", "1580.50"),),
        preferences=({"quiet_hours": "13:00-09:00"},),
    ),
    # The line that the reminder invites to call is closed whenever New York may get an SMS.
    Part(
        "James Murphy",
        NEW_YORK,
        {"birthday": "1971-07-04", "lines": "loans", "email": ""},
        facts=(_instalment("L-0007-03", "2026-03-03", "640.00", "USD"),),
    ),
    # Nothing goes to the dead.
    Part("周 桂英", CHINA, {"birthday": "1938-02-28", "status": "deceased", "lines": "savings"}),
    # On holiday, and asked to be left alone.
    Part(
        "Oliver Evans",
        LONDON,
        {"birthday": "1993-02-28", "lines": "cards;savings"},
        preferences=({"pause_from": "2026-02-20", "pause_until": "2026-03-08"},),
    ),
    # Four SMS this month, and no other way to reach her.
    Part(
        "杨 梅",
        CHINA,
        {
            "birthday": "2001-02-28",
            "lines": "mobile",
            "tier": "basic",
            "email": "",
            "address.push": "",
        },
        history=tuple(
            _sent(f"2026-02-{day}T11:00:00+08:00", "sms", "data-offer")
            for day in ("03", "08", "13", "18")
        ),
    ),
    # He keeps his birthday by the lunar calendar: another day of the civil year each time.
    Part(
        "黄 志强",
        CHINA,
        {
            "birthday": f"1958-{LUNAR_DAY}",
            "birthday_calendar": "lunar",
            "lines": "savings",
            "tier": "basic",
        },
    ),
)
