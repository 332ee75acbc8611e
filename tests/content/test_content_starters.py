"""The starter templates: what a new workspace can send at once."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from touchpoints.content.catalogue import Catalogue
from touchpoints.content.check import check_template
from touchpoints.content.render import Renderer
from touchpoints.content.sms import segments

TEMPLATES = Path(__file__).parents[2] / "templates"
PEOPLE: dict[str, dict[str, Any]] = {
    "en-GB": {"given_name": "Elizabeth", "name": "Elizabeth Archer"},
    "zh-CN": {"name": "欧阳晓明"},
}
HOURS = {"en-GB": "Mon–Fri 09:00–17:00, Sat 10:00–12:00", "zh-CN": "周一–周五 09:00–17:00"}
COMPANY = {"en-GB": "Harbour Bank", "zh-CN": "海港银行"}
FACT = {
    "amount": Decimal("1234.50"),
    "currency": "CNY",
    "date": date(2026, 11, 27),
    "ref": "L-4711-09",
}


def said(template: str, channel: str, locale: str, *, line: bool = True, **context: Any) -> Any:
    """What a starter template says to a usual customer of a locale."""
    usual: dict[str, Any] = {
        "customer": PEOPLE[locale],
        "company": {"name": COMPANY[locale]},
        "fact": FACT,
        "line": {"phone": "+86 400 000 0000", "hours": HOURS[locale]} if line else None,
    }
    return Renderer(Catalogue(TEMPLATES), "en").render(
        template, channel, locale, {**usual, **context}
    )


@pytest.mark.parametrize("template", ["birthday", "instalment-due"])
def test_a_starter_has_no_complaint_in_any_channel_and_locale(template: str) -> None:
    names = {
        "customer": {"given_name", "name"},
        "company": {"name", "phone"},
        "fact": {"amount", "currency", "date", "ref"},
        "line": {"phone", "hours"},
    }
    catalogue = Catalogue(TEMPLATES)
    assert check_template(catalogue, template, ["email", "sms"], ["en", "zh"], names) == ()


@pytest.mark.parametrize("template", ["birthday", "instalment-due"])
@pytest.mark.parametrize("locale", ["en-GB", "zh-CN"])
@pytest.mark.parametrize("line", [True, False])
def test_a_text_message_takes_one_segment_for_a_usual_customer(
    template: str, locale: str, line: bool
) -> None:
    assert segments(said(template, "sms", locale, line=line).text).count == 1


@pytest.mark.parametrize("template", ["birthday", "instalment-due"])
@pytest.mark.parametrize("channel", ["email", "sms"])
@pytest.mark.parametrize("locale", ["en-GB", "zh-CN"])
def test_nobody_is_greeted_without_a_name(template: str, channel: str, locale: str) -> None:
    mail = said(template, channel, locale, customer={})
    for text in (mail.subject or "", mail.text, mail.html or ""):
        assert not re.search(r"(?:Dear|Hello|birthday,)\s*[,!]|^\s*[，,]", text)


def test_a_reminder_says_amount_date_number_and_hours() -> None:
    for channel in ("email", "sms"):
        text = said("instalment-due", channel, "en-GB").text
        for part in ("1,234.50", "27 November", "+86 400 000 0000", "Mon", "17:00"):
            assert part in text
    assert "您的还款¥1,234.50于11月27日到期" in said("instalment-due", "sms", "zh-CN").text


def test_a_greeting_says_how_to_stop_it() -> None:
    for channel in ("email", "sms"):
        assert "STOP" in said("birthday", channel, "en-GB").text
        assert re.search("退订", said("birthday", channel, "zh-CN").text)


@pytest.mark.parametrize("template", ["birthday", "instalment-due"])
@pytest.mark.parametrize("locale", ["en-GB", "zh-CN"])
def test_the_html_is_self_contained_accessible_and_says_the_same(
    template: str, locale: str
) -> None:
    mail = said(template, "email", locale)
    assert mail.html.startswith("<!DOCTYPE html>")
    assert f'<html lang="{locale}">' in mail.html
    assert f"<title>{mail.subject}</title>" in mail.html
    assert not re.search(r"https?:|<img|<script|@import|url\(", mail.html)
    assert "prefers-color-scheme: dark" in mail.html
    assert PEOPLE[locale].get("given_name", PEOPLE[locale]["name"]) in mail.html
