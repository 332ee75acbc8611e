"""The shop's policy and texts: birthdays, thanks and surveys, a letter after silence."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from tests.years.office import DATA, House, Import

POLICY = """\
name: Adventure Shop
timezone: America/New_York
country: US
horizon: 7d
checks: {no-opt-out: off}
channels:
  email: {transport: file, path: outbox, from: "Adventure Shop <hello@shop.example>",
          hours: "07:00-22:00"}
  sms: {transport: file, path: outbox, hours: "10:00-19:00"}
categories:
  service: {consent: assumed}
  news: {consent: assumed, hours: {mon-sat: "09:00-20:00"}}
caps:
  - {name: two-a-week, max: 2, per: 7d}
  - {name: one-survey, max: 1, per: 90d, topics: [survey]}
  - {name: one-a-phone, max: 1, per: 2d, channels: [sms], by: address}
  - {name: news-monthly, max: 1, per: 30d, categories: [news]}
gap: 12h
touchpoints:
  birthday:
    moment: {annual: birthday, calendar: solar, leap_day: forward}
    window: {open: "0d 09:00", close: "2d 20:00"}
    category: news
    topic: birthday
    priority: 50
    channels: [sms, email]
  thanks:
    moment: {event: purchase}
    window: {open: "0d", close: "3d"}
    category: service
    priority: 70
    channels: [email]
  survey:
    moment: {event: purchase, offset: 10d}
    window: {open: "0d 09:00", close: "5d 18:00"}
    at: "17:00"
    category: service
    topic: survey
    priority: 40
    channels: [email]
  survey-again:
    moment: {after: survey, delay: 7d, outcome: not replied}
    window: {open: "0d 09:00", close: "1d 18:00"}
    category: service
    topic: reminder
    priority: 30
    channels: [email]
  win-back:
    moment: {lapsed: 180d, since: purchase}
    window: {open: "0d 09:00", close: "6d 20:00"}
    category: news
    priority: 60
    channels: [email, sms]
    holdout: 5%
"""

MAIL = '---\nsubject: "{subject}"\n---\n{text}\n'
TEMPLATES = {
    "birthday/email.j2": MAIL.format(
        subject="Happy birthday", text="Dear {{ customer.given_name }}!"
    ),
    "birthday/sms.j2": "Happy birthday!",
    "thanks/email.j2": MAIL.format(subject="Thank you", text="Thank you for {{ event.ref }}."),
    "survey/email.j2": MAIL.format(subject="One question", text="Are you happy with it?"),
    "survey-again/email.j2": MAIL.format(subject="Once more", text="Are you happy with it?"),
    "win-back/email.j2": MAIL.format(subject="We miss you", text="Half a year has passed."),
    "win-back/sms.j2": "We miss you!",
}

CUSTOMERS = DATA / "shop" / "AdventureWorks_Customers.csv"
SALES = DATA / "shop" / "AdventureWorks_Sales_2018.csv"
FAMILY, PHONE = "DIAZ", "+12025550131"
"""The largest family of the shop, and the telephone that they share: its file has no numbers."""

MAPPED = (
    *("--map", "id=CustomerKey", "--map", "birthday=BirthDate", "--map", "email=EmailAddress"),
    *("--map", "given_name=FirstName", "--map", "family_name=LastName"),
)
SOLD = (
    *("--map", "customer=CustomerKey", "--map", "ref=OrderNumber", "--map", "at=OrderDate"),
    *("--set", "kind=purchase"),
)
AMERICAN = ("--date-format", "%m/%d/%Y")


def shop_rows(file: Path) -> list[dict[str, str]]:
    """A file of the shop, which begins with a mark that is no text."""
    with file.open(encoding="utf-8-sig", newline="") as text:
        return list(csv.DictReader(text))


def phones() -> Iterator[dict[str, str]]:
    """The telephone of the family."""
    for row in shop_rows(CUSTOMERS):
        if row["LastName"] == FAMILY:
            yield {"id": row["CustomerKey"], "phone": PHONE}


SHOP = House(
    zone="America/New_York",
    policy=POLICY,
    templates=TEMPLATES,
    files={"phones.csv": phones},
    imports=(
        Import(
            "customers",
            CUSTOMERS,
            "CustomerKey",
            (*MAPPED, *AMERICAN, "--set", "birthday_calendar=solar"),
        ),
        Import("customers", Path("phones.csv"), "id"),
        Import("events", SALES, "CustomerKey", (*SOLD, *AMERICAN)),
    ),
)
