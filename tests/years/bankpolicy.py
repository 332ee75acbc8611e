"""The bank's policy and texts: greetings, reminders, cards, statements, surveys."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from tests.years.office import DATA, House, Import

HOUSE = """\
name: Czech Bank
timezone: Europe/Prague
country: CZ
horizon: 7d
"""
CATEGORIES = """\
categories:
  service: {consent: assumed}
  marketing: {consent: required, hours: "09:00-20:00"}
"""
CAPS = """\
gap: 4h
caps:
  - {name: one-a-day, max: 1, per: 1d}
  - {name: marketing-weekly, max: 2, per: 7d, categories: [marketing]}
  - {name: sms-monthly, max: 4, per: 30d, channels: [sms]}
  - {name: one-birthday-wish, max: 1, per: 30d, topics: [birthday]}
"""
GREETING = """\
touchpoints:
  birthday-greeting:
    moment: {annual: birthday, leap_day: backward}
    window: {open: "0d 09:00", close: "0d 20:00"}
    category: marketing
    topic: birthday
    priority: 60
    channels: [sms, email]
    audience: "customer.role == 'owner'"
"""
"""What the rules of a beginner, in `tests/bank`, have in common with these."""

POLICY = (
    HOUSE
    + """\
checks: {no-opt-out: off}
lines:
  service:
    phone: "+420 800 123 456"
    timezone: Europe/Prague
    hours: {mon-fri: "09:00-17:00", sat: "10:00-12:00"}
    holidays: CZ
channels:
  email: {transport: file, path: outbox, from: "Czech Bank <hello@bank.example>",
          hours: "08:00-21:00", capacity: 15 per hour}
  sms: {transport: file, path: outbox, hours: "09:00-20:00"}
"""
    + CATEGORIES
    + """\
  mandatory: {consent: none, obeys_caps: false}
topics:
  birthday: {losers: merge}
"""
    + CAPS
    + """\
  - {name: one-survey, max: 1, per: 90d, topics: [survey]}
"""
    + GREETING
    + """\
    holdout: 5%
  birthday-gift:
    moment: {annual: birthday, leap_day: backward}
    window: {open: "0d 09:00", close: "1d 20:00"}
    category: marketing
    topic: birthday
    priority: 40
    channels: [email]
    audience: "customer.role == 'owner'"
  birthday-trial:
    moment: {annual: birthday, leap_day: backward, offset: -7d}
    window: {open: "0d 09:00", close: "0d 20:00"}
    category: marketing
    priority: 30
    channels: [email]
    audience: "customer.role == 'owner'"
    shadow: true
  instalment-due:
    moment: {fact: instalment, offset: [-3bd, -1d]}
    window: {open: "0d 09:00", close: "1d 20:00"}
    category: service
    topic: payment
    priority: 90
    channels: [email, sms]
    audience: "fact.status == 'open' and fact.amount > 0 and customer.role == 'owner'"
    line: service
    line_open_for: 2h
  card-ends:
    moment: {fact: card, offset: [-30d, -7d]}
    window: {open: "0d 10:00", close: "4d 18:00"}
    at: "11:00"
    category: mandatory
    topic: card
    priority: 70
    channels: [sms, email]
    audience: "fact.status == 'active'"
  card-survey:
    moment: {after: card-ends, delay: 2d}
    window: {open: "0d 09:00", close: "2d 18:00"}
    category: service
    topic: survey
    priority: 20
    channels: [email, sms]
  statement:
    moment: {schedule: "FREQ=MONTHLY;BYMONTH=3,6,9,12;BYMONTHDAY=31"}
    window: {open: "0d 09:00", close: "2d 18:00"}
    category: service
    priority: 80
    channels: [email]
    audience: "customer.role == 'owner' and customer.region == 'Prague'"
"""
)

MAIL = '---\nsubject: "{subject}"\n---\n{text}\n'
TEMPLATES = {
    "birthday-greeting/email.j2": MAIL.format(
        subject="Happy birthday",
        text="A good year!{% for each in sections %}\n{{ each }}{% endfor %}",
    ),
    "birthday-greeting/sms.j2": "A good year!",
    "birthday-gift/email.j2": MAIL.format(subject="A gift", text="A gift waits for you."),
    "birthday-gift/section.j2": "A gift waits for you.",
    "birthday-trial/email.j2": MAIL.format(subject="Next week", text="Your day is near."),
    "instalment-due/email.j2": MAIL.format(
        subject="{{ fact.ref }}",
        text="Due on {{ fact.date|date }}. {{ line.phone }}, {{ line.hours }}",
    ),
    "instalment-due/sms.j2": "Due {{ fact.date|date('day') }}. {{ line.phone }}, {{ line.hours }}",
    "card-ends/email.j2": MAIL.format(subject="Your card", text="Ends on {{ fact.date|date }}."),
    "card-ends/sms.j2": "Your card ends on {{ fact.date|date('day') }}.",
    "card-survey/email.j2": MAIL.format(subject="One question", text="How did we do?"),
    "card-survey/sms.j2": "How did we do?",
    "statement/email.j2": MAIL.format(subject="Your statement", text="The quarter is over."),
}

FILES = DATA / "bank"


def wishes() -> Iterator[dict[str, str]]:
    """Wishes that nobody had: the file of the bank has none, and every promise is to be tried."""
    with (FILES / "customers.csv").open(encoding="utf-8", newline="") as text:
        for row in csv.DictReader(text):
            number, said = int(row["id"]), {}
            if number % 50 == 1:
                said |= {"pause_from": "1997-03-10", "pause_until": "1997-03-31"}
            if number % 30 == 2:
                said |= {"quiet_hours": "08:00-12:30"}
            if number % 45 == 4:
                said |= {"quiet_hours": "19:00-10:30"}
            if number % 40 == 3:
                said |= {"max": "1", "per": "14d"}
            if said:
                yield {"customer": row["id"], **said}


BANK = House(
    zone="Europe/Prague",
    policy=POLICY,
    templates=TEMPLATES,
    files={"wishes.csv": wishes},
    imports=(
        Import("customers", FILES / "customers.csv", "id"),
        Import("facts", FILES / "instalments.csv", "customer"),
        Import("facts", FILES / "card_facts.csv", "customer"),
        Import("consents", FILES / "consents.csv", "customer"),
        Import("preferences", Path("wishes.csv"), "customer"),
    ),
)
