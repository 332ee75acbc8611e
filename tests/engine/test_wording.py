"""The words of a message: from fresh data, in the customer's language, the same bytes each time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest

from tests.office import MAIL, POLICY, TEMPLATES, Office, at, rounds
from touchpoints.channels.recording import RecordingChannel
from touchpoints.clock import FixedClock
from touchpoints.core.message import Message
from touchpoints.store.statements import write

NINE = "2026-12-07T09:00"
Sent = Callable[..., Message]


@pytest.fixture
def sent(tmp_path: Path) -> Sent:
    """The one message that an office with these words sends to one customer at a time."""

    def sent(
        templates: Mapping[str, str],
        policy: str = POLICY,
        when: str = NINE,
        debt: Mapping[str, object] | None = None,
        **fields: object,
    ) -> Message:
        office = Office(tmp_path, policy, {**TEMPLATES, **templates})
        office.customer(**fields)
        office.says("C1", "granted", "2026-01-01T00:00")
        if debt is not None:
            office.owes("C1", **({"ref": "L1", "due": "2026-12-10"} | dict(debt)))
        clock = FixedClock(at(when))
        boxes = {name: RecordingChannel(name, kind) for name, kind in KINDS.items()}
        loop = office.loop(clock, **boxes)
        loop.start()
        rounds(loop, clock, when)
        (message,) = [message for box in boxes.values() for message in box.messages]
        return message

    return sent


KINDS = {"email": "email", "sms": "text"}


def read(message: Message) -> EmailMessage:
    """The e-mail as the standard library reads it."""
    parsed = message_from_bytes(message.content, policy=SMTP)
    assert isinstance(parsed, EmailMessage)
    return parsed


def mail(text: str, subject: str = "Hello") -> dict[str, str]:
    """A reminder with this text."""
    return {"reminder/email.j2": MAIL.format(subject=subject, text=text)}


def test_an_e_mail_carries_its_key_its_date_and_who_writes_to_whom(sent: Sent) -> None:
    message = sent({}, debt={})
    headers = read(message)
    assert headers["X-Touchpoint-Key"] == message.key == "C1/reminder/L1@-3d"
    assert headers["To"] == "c1@example.org"
    assert headers["From"] == "Harbour Bank <hello@harbour.example>"
    assert headers["Date"] == "Mon, 07 Dec 2026 01:00:00 +0000"
    assert headers["Message-ID"].endswith("@harbour.example>")
    assert headers["Subject"] == message.subject == "Instalment L1"
    assert message.content.endswith(b"\r\n")
    assert b"\n" not in message.content.replace(b"\r\n", b"")


def test_a_text_message_is_its_text_in_utf_8(sent: Sent) -> None:
    message = sent({"reminder/sms.j2": "亲爱的{{ customer.name }}"}, email="", name="安娜", debt={})
    assert (message.channel, message.subject) == ("sms", None)
    assert message.content == "亲爱的安娜".encode()
    assert message.address.startswith("+86")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{ customer.id }} {{ customer.tier }}", "C1 gold"),
        ("{{ customer.birthday|date('day') }}", "May 2"),
        ("{{ customer.status }}", "active"),
        ("{{ fact.amount|money(fact.currency) }}", "CN¥100.00"),
        ("{{ fact.date|date('long') }}", "December 10, 2026"),
        ("{{ fact.branch }}", "Xiamen"),
        ("{{ occurrence.key }}", "L1@-3d"),
        ("{{ occurrence.date|date('long') }}", "December 10, 2026"),
        ("{{ occurrence.offset }}", "-3"),
        ("{{ company.name }} {{ company.phone }}", "Harbour Bank +86 10"),
        ("{% if event %}event{% else %}none{% endif %}", "none"),
    ],
)
def test_a_text_may_speak_of_customer_fact_company_and_occurrence(
    sent: Sent, text: str, expected: str
) -> None:
    policy = POLICY.replace("caps: []", 'caps: []\ncompany: {phone: "+86 10"}')
    message = sent(
        mail(text), policy, debt={"branch": "Xiamen"}, tier="gold", birthday="1990-05-02"
    )
    assert message.body == expected


@pytest.mark.parametrize(
    ("birthday", "expected"), [("1990-12-07", "36 years"), ("--12-07", "no years")]
)
def test_a_birthday_tells_the_years_where_the_year_is_known(
    sent: Sent, birthday: str, expected: str
) -> None:
    text = "{% if occurrence.years is defined %}{{ occurrence.years }}{% else %}no{% endif %} years"
    templates = {"greeting/email.j2": MAIL.format(subject="Hello", text=text)}
    assert sent(templates, birthday=birthday).body == expected


def test_every_offset_has_its_own_words(sent: Sent) -> None:
    policy = POLICY.replace("offset: -3d}", "offset: [-3d, -1d]}\n    template: [soon, tomorrow]")
    templates = {
        f"{name}/{channel}.j2": MAIL.format(subject=name, text=name) if channel == "email" else name
        for name in ("soon", "tomorrow")
        for channel in ("email", "sms")
    }
    assert sent(templates, policy, debt={}).subject == "soon"


def test_the_later_offset_has_the_later_words(sent: Sent) -> None:
    policy = POLICY.replace("offset: -3d}", "offset: [-3d, -1d]}\n    template: [soon, tomorrow]")
    templates = {
        "soon/email.j2": MAIL.format(subject="soon", text="{{ occurrence.offset }}"),
        "tomorrow/email.j2": MAIL.format(subject="tomorrow", text="{{ occurrence.date|date }}"),
    }
    message = sent(templates, policy, when="2026-12-09T09:00", debt={})
    assert (message.key, message.subject) == ("C1/reminder/L1@-1d", "tomorrow")
    assert "10" in message.body


@pytest.mark.parametrize(
    ("locale", "expected"),
    [("zh-CN", "你好"), ("zh-TW", "你好"), ("en-GB", "hello"), ("fr", "hello"), ("", "hello")],
)
def test_the_words_are_in_the_customers_language_else_in_the_workspaces(
    sent: Sent, locale: str, expected: str
) -> None:
    templates = {
        "reminder/email.zh.j2": MAIL.format(subject="x", text="你好"),
        "reminder/email.en.j2": MAIL.format(subject="x", text="hello"),
    }
    assert sent(templates, locale=locale, debt={}).body == expected


def test_a_line_is_told_with_its_number_and_its_hours_in_the_customers_language(sent: Sent) -> None:
    hours = '{mon-fri: "09:00-17:00", sat: "10:00-12:00"}'
    line = f'lines:\n  service: {{phone: "+86 400", hours: {hours}}}\n'
    policy = POLICY.replace("caps: []\n", f"caps: []\n{line}").replace(
        "    topic: payment\n", "    topic: payment\n    line: service\n"
    )
    templates = mail("{{ line.phone }}: {{ line.hours }}")
    assert sent(templates, policy, debt={}).body == "+86 400: Mon–Fri 09:00–17:00, Sat 10:00–12:00"


def test_an_html_part_stands_beside_the_text_and_escapes_what_data_bring(sent: Sent) -> None:
    templates = {
        **mail("Dear {{ customer.name }}"),
        "reminder/email.html.j2": "<p>Dear {{ customer.name }}</p>",
    }
    parsed = read(sent(templates, name="<script>{{7*7}}", debt={}))
    html = parsed.get_body(("html",))
    assert html is not None
    assert "<script>" not in html.get_content()
    assert "{{7*7}}" in html.get_content()


def test_answers_go_where_the_channel_says(sent: Sent) -> None:
    policy = POLICY.replace(
        'from: "Harbour', 'reply_to: "Desk <desk@harbour.example>", from: "Harbour'
    )
    assert read(sent({}, policy, debt={}))["Reply-To"] == "Desk <desk@harbour.example>"


def test_the_same_data_at_the_same_instant_are_the_same_bytes(tmp_path: Path) -> None:
    contents = []
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        office = Office(tmp_path / folder)
        office.owes_as_new("C1")
        email = RecordingChannel()
        clock = FixedClock(at(NINE))
        loop = office.loop(clock, email=email)
        rounds(loop, clock, NINE)
        contents.append(email.messages[0].content)
    assert contents[0] == contents[1]


def test_an_address_that_mail_cannot_use_is_not_quoted_in_the_error(office: Office) -> None:
    """It was imported for another kind of channel; what is wrong with it ends in logs."""
    office.customer("C1", **{"email": "", "address.email": "ann@example.org"})
    with office.database.writing() as connection:
        broken = '{"email":"+8613812345678"}'
        write(connection, "UPDATE customer SET addresses = :broken", {"broken": broken})
    office.owes("C1", "L1", "2026-12-10")
    answer = office.ask("run", "--once", "--as-of", "2026-12-07T09:00:00+08:00")
    assert answer.code == 3
    assert "the address on email is not one that mail can be sent to" in answer.err
    assert "13812345678" not in answer.out + answer.err
