"""Every sentence is there in both languages, says the same values, and reads well."""

from __future__ import annotations

import json
import re
from datetime import date
from string import Formatter

import pytest

from tests.builders import SHANGHAI, instant
from touchpoints.core.calendar import zone_clock
from touchpoints.core.hours import Hours
from touchpoints.core.limitwords import message_in_words
from touchpoints.core.phrase import Open, Phrase, Span, When, language_of, tell
from touchpoints.core.policy import Duration
from touchpoints.core.reasons import passed_in_words, reason_in_words, weight
from touchpoints.core.sentences import LANGUAGES, SENTENCES, UNITS, WEEKDAYS
from touchpoints.core.sentences.changes import CHANGES
from touchpoints.core.sentences.details import DETAILS, PASSED, PIECES, REASONS
from touchpoints.core.sentences.layout import LAYOUT
from touchpoints.core.sentences.rules import RULES
from touchpoints.gates import GATES

MORNING = When(instant("2026-11-25T09:00", SHANGHAI), SHANGHAI)


def places(sentence: str) -> set[str | None]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


@pytest.mark.parametrize("key", SENTENCES)
def test_a_sentence_has_the_same_places_in_every_language(key: str) -> None:
    told = SENTENCES[key]
    assert tuple(told) == LANGUAGES
    assert all(sentence.strip() for sentence in told.values())
    assert places(told["en"]) == places(told["zh"])


def test_no_key_stands_in_two_parts_of_the_table() -> None:
    parts = (DETAILS, REASONS, PASSED, PIECES, CHANGES, LAYOUT, RULES)
    assert len(SENTENCES) == sum(map(len, parts))
    assert UNITS["en"].keys() == UNITS["zh"].keys()
    assert {len(names) for names in WEEKDAYS.values()} == {7}


@pytest.mark.parametrize("key", SENTENCES)
def test_chinese_is_not_english(key: str) -> None:
    english, chinese = SENTENCES[key].values()
    words = re.findall(r"[a-z]{3,}", " ".join(text for text, *_ in Formatter().parse(english)))
    if words:
        assert any("\u4e00" <= sign <= "\u9fff" for sign in chinese)


def test_a_phrase_is_its_english_text_with_iso_instants() -> None:
    phrase = Phrase("message", name="points", at=MORNING)
    assert phrase == "points at 2026-11-25T09:00+08:00"
    assert json.dumps(phrase) == '"points at 2026-11-25T09:00+08:00"'
    assert (phrase.key, dict(phrase.values)) == ("message", {"name": "points", "at": MORNING})


def test_a_reader_is_told_weekdays_and_units() -> None:
    met = (Phrase("message", name="points", at=MORNING),) * 2
    phrase = Phrase("cap_met", count=2, max=2, per=Span(Duration.parse("7d")), messages=met)
    assert phrase == (
        "2 of 2 in 7d: points at 2026-11-25T09:00+08:00, points at 2026-11-25T09:00+08:00"
    )
    assert phrase.told("en") == (
        "2 of 2 in 7 days: points at Wed 2026-11-25 09:00, points at Wed 2026-11-25 09:00"
    )
    assert phrase.told("zh") == (
        "7 天内 2 条，上限 2 条：points（2026-11-25 周三 09:00）、points（2026-11-25 周三 09:00）"
    )


@pytest.mark.parametrize(
    ("length", "english", "chinese"),
    [
        ("1d", "1 day", "1 天"),
        ("2w", "2 weeks", "2 周"),
        ("1h", "1 hour", "1 小时"),
        ("30m", "30 minutes", "30 分钟"),
        ("3bd", "3 business days", "3 个工作日"),
    ],
)
def test_lengths_of_time_are_round_in_both_languages(
    length: str, english: str, chinese: str
) -> None:
    span = Span(Duration.parse(length))
    assert (str(span), span.told("en"), span.told("zh")) == (length, english, chinese)


def test_hours_are_told_with_the_names_of_the_days() -> None:
    week = Open(Hours.parse({"mon-fri": "09:00-12:00, 14:00-17:00", "sat": "10:00-12:00"}))
    assert week.told("en") == "Mon–Fri 09:00–12:00, 14:00–17:00, Sat 10:00–12:00"
    assert week.told("zh") == "周一至周五 09:00–12:00、14:00–17:00、周六 10:00–12:00"
    assert Open(Hours.parse("22:00-07:00")).told("zh") == "22:00–07:00"


def test_a_plain_text_of_another_package_is_told_as_it_is() -> None:
    assert tell("junior accounts get no messages", "zh") == "junior accounts get no messages"
    assert tell(Phrase("change.other", code="minor", detail="no"), "zh") == "满足 minor 的要求：no"


def test_a_message_without_a_name_is_told_as_one_of_another_system() -> None:
    phrase = message_in_words("another sender", MORNING.at, zone_clock(SHANGHAI))
    assert phrase == "another sender at 2026-11-25T09:00+08:00"
    assert phrase.told("zh") == "其他系统的消息（2026-11-25 周三 09:00）"


def test_a_date_is_written_as_iso() -> None:
    assert Phrase("pause_until", last=date(2026, 12, 20)).told("zh") == (
        "客户要求暂停接收消息，到 2026-12-20 为止（含当天）"
    )


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        ("zh", "zh"),
        ("zh-CN", "zh"),
        ("zh_Hant_TW", "zh"),
        ("en-GB", "en"),
        ("de", "en"),
        ("", "en"),
    ],
)
def test_chinese_locales_are_told_in_chinese_and_all_others_in_english(
    locale: str, language: str
) -> None:
    assert language_of(locale) == language


def test_each_reason_is_told_in_words_and_an_unknown_one_is_named() -> None:
    assert reason_in_words("cap:one-a-day") == "cap one-a-day is full"
    assert reason_in_words("cap:own") == "the customer's own limit is reached"
    assert reason_in_words("capacity:service").told("zh") == "service 的接待能力已用完"
    assert reason_in_words("minor") == "minor refuses it"
    for gate in GATES:
        assert reason_in_words(gate.code).key == f"reason.{gate.code}"
        assert passed_in_words(gate.code).key == f"passed.{gate.code}"
    assert passed_in_words("minor") == "minor"


def test_reasons_are_ordered_like_the_gates_and_unknown_ones_come_last() -> None:
    codes = ["minor", "gap", "cap:b", "no_time", "cap:a", "audience"]
    assert sorted(codes, key=weight) == ["audience", "no_time", "cap:a", "cap:b", "gap", "minor"]
