"""The rules of a policy are sentences, in English and in Chinese."""

from __future__ import annotations

import pytest

from tests.builders import cap, touchpoint, window
from touchpoints.core.hours import Hours
from touchpoints.core.phrase import Phrase
from touchpoints.core.policy import Capacity, Category, ChannelRule, Duration, Line
from touchpoints.engine.rulewords import (
    cap_in_words,
    category_in_words,
    channel_in_words,
    gap_in_words,
    line_in_words,
    touchpoint_in_words,
)
from touchpoints.moments.after import After
from touchpoints.moments.annual import Annual
from touchpoints.moments.event import Event
from touchpoints.moments.fact import Fact
from touchpoints.moments.lapsed import Lapsed
from touchpoints.moments.schedule import Schedule

CASES = (
    (
        cap_in_words(cap("weekly", 2, "7d", categories=["marketing"])),
        "At most 2 marketing messages in any 7 days.",
        "任意连续 7 天内最多 2 条 marketing 类消息。",
    ),
    (
        cap_in_words(cap("daily", 1, "1d")),
        "At most 1 message on any one day.",
        "任意一天内最多 1 条消息。",
    ),
    (
        cap_in_words(cap("odd", 3, "24h", "address", channels=["sms", "email"], topics=["loan"])),
        (
            "At most 3 messages by email, sms about loan in any 24 hours,"
            " counted together for all who share an address."
        ),
        (
            "任意连续 24 小时内最多 3 条通过 email、sms 发送的主题为 loan 的消息"
            "（共用同一地址的客户合并计算）。"
        ),
    ),
    (
        gap_in_words(Duration.parse("4h")),
        "At least 4 hours between two messages to one customer.",
        "发给同一位客户的两条消息之间至少间隔 4 小时。",
    ),
    (
        category_in_words(Category("m", "none", obeys_caps=False, counts=False)),
        (
            "It goes out without asking for consent. Caps, the gap and pauses do not hold it back."
            " It takes no room in caps."
        ),
        "无需客户同意即可发送。不受发送上限、间隔和暂停的限制。不计入发送上限。",
    ),
    (
        channel_in_words(ChannelRule("sms", Hours.parse("09:00-20:00"), 0.05, Capacity(600, 60))),
        "Used 09:00–20:00. It takes 600 in any hour. One message costs 0.05.",
        "使用时间：09:00–20:00。最多每小时 600 条。每条 0.05。",
    ),
    (
        line_in_words(
            Line("a", "+86 1", "Asia/Shanghai", Hours.parse({"mon-fri": "09:00-17:00"}), "CN")
        ),
        "+86 1 is answered Mon–Fri 09:00–17:00 (Asia/Shanghai), not on holidays of CN.",
        "+86 1，接听时间 周一至周五 09:00–17:00（Asia/Shanghai），CN 的节假日除外。",
    ),
    (
        touchpoint_in_words(
            touchpoint(
                "t",
                moment=Fact(fact="instalment", offset=("-3bd", "0d")),
                window=window("-1d 09:00", "2d 20:00"),
                holdout=0.05,
                on_cap="drop",
            )
        ),
        (
            "For each instalment, 3 business days before, on the day itself:"
            " from 09:00, 1 day before to 20:00, 2 days later, by email. Worth 50 of 100."
            " Where a cap is full it is dropped. 5% of the customers are held out for comparison."
        ),
        (
            "每笔 instalment（提前 3 个工作日、当天）：提前 1 天的 09:00至2 天后的 20:00，"
            "通过 email 发送。价值 50（满分 100）。上限已满时放弃。5% 的客户留作对照，不发送。"
        ),
    ),
)


@pytest.mark.parametrize(("phrase", "english", "chinese"), CASES)
def test_a_rule_reads_as_a_sentence(phrase: Phrase, english: str, chinese: str) -> None:
    assert phrase.told("en") == english
    assert phrase.told("zh") == chinese


@pytest.mark.parametrize(
    "moment",
    [
        Annual(annual="birthday"),
        Event(event="parcel", offset="2d"),
        After(after="greeting", delay="2d", outcome="not opened"),
        Schedule(schedule="FREQ=MONTHLY;BYMONTHDAY=31"),
        Lapsed(lapsed="90d", since="purchase"),
    ],
)
def test_every_kind_of_moment_has_words(moment: object) -> None:
    told = touchpoint_in_words(touchpoint("t", moment=moment, shadow=True, enabled=False, at=600))
    for language in ("en", "zh"):
        assert "{" not in told.told(language)
        assert "10:00" in told.told(language)
