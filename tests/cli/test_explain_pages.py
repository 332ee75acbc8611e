"""`touchpoints explain` as whole pages: what a call-centre agent reads while a customer waits."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.office import POLICY, Office

AS_OF = ("--as-of", "2026-12-06T10:00:00+08:00")
BIRTHDAY = "1990-12-07"
Offices = Callable[[str], Office]


def rivals(offices: Offices) -> Office:
    """A greeting that gives way to a reminder, after a week in which two messages came."""
    caps = "caps: [{name: one-a-day, max: 1, per: 1d}, {name: sms-weekly, max: 3, per: 7d,"
    office = offices(POLICY.replace("caps: []", f"{caps} channels: [sms]}}]\ngap: 4h"))
    office.owes_as_new("C1", birthday=BIRTHDAY)
    office.says("C1", "granted", "2026-01-01T00:00")
    sent = {"customer": "C1", "channel": "sms", "category": "marketing"}
    office.take("history", sent | {"sent_at": "2026-12-04T12:00:00+08:00", "topic": "points"})
    office.take("history", sent | {"sent_at": "2026-10-01T12:00:00+08:00", "category": ""})
    return office


def refuser(offices: Offices) -> Office:
    """Marketing refused by SMS and lapsed by e-mail; the reminder has only a bad address."""
    both = "channels: [email, sms]\n    audience"
    office = offices(POLICY.replace(both, both.replace(", sms", "")))
    office.owes_as_new("C1", birthday=BIRTHDAY, email="c1@@example")
    office.says("C1", "denied", "2026-03-02T10:00", channel="sms")
    office.says("C1", "granted", "2026-01-01T00:00", channel="email", expires_at="2026-06-30")
    return office


def sleeper(offices: Offices) -> Office:
    """A line that is closed in the window, and a customer who has asked for a pause."""
    line = 'lines: {service: {phone: "+86 400", hours: {tue-fri: "09:00-17:00"}}}\ntouchpoints:\n'
    rules = POLICY.replace("touchpoints:\n", line) + "    line: service\n    line_open_for: 2h\n"
    office = offices(rules)
    office.owes_as_new("C1", birthday="1990-12-09")
    office.says("C1", "granted", "2026-01-01T00:00")
    wishes = {"quiet_hours": "20:00-09:00", "pause_from": "2026-12-09", "pause_until": "2026-12-20"}
    office.take("preferences", {"customer": "C1"} | wishes)
    return office


def leftout(offices: Offices) -> Office:
    """A paid instalment, and a greeting that an operator has paused."""
    office = offices(POLICY)
    office.owes_as_new("C1", birthday=BIRTHDAY)
    office.owes("C1", "L1", "2026-12-10", status="paid")
    office.says("C1", "granted", "2026-01-01T00:00")
    office.pause("greeting", "2026-12-01T10:00")
    return office


RIVALS_EN = """\
C1: 2 candidates, 1 go out, 1 do not
Times are on the customer's clock: Asia/Shanghai (UTC+08:00).

What goes out

send         reminder L1@-3d: Mon 2026-12-07 09:00 by email, worth 90
  window     Mon 2026-12-07 09:00 to 20:00
  email      ✓ switched on, active, in audience, not held out, consent, address, no pause, time
             ✓ cap:one-a-day: 0 of 1 in 1 day
             ✓ gap: nothing within 4 hours
  sms        ✓ switched on, active, in audience, not held out, consent, address, no pause, time
             ✓ cap:one-a-day: 0 of 1 in 1 day
             ✓ cap:sms-weekly: 1 of 3 in 7 days: points at Fri 2026-12-04 12:00
             ✓ gap: nothing within 4 hours

What nearly would

withhold     greeting 2026, worth 60: cap one-a-day is full (cap:one-a-day)
  why        1 of 1 in 1 day: reminder at Mon 2026-12-07 09:00
  lost to    reminder L1@-3d, Mon 2026-12-07 09:00 (worth 90 against 60)
  could go   Tue 2026-12-08 09:00 at the earliest
  to change  there would be room if reminder at Mon 2026-12-07 09:00 did not go out
             there is room again at Tue 2026-12-08 09:00, but its window closes at Mon 2026-12-07
             20:00
  window     Mon 2026-12-07 09:00 to 20:00
  email      ✓ switched on, active, in audience, not held out, consent, address, no pause, time
             ✗ cap:one-a-day: 1 of 1 in 1 day: reminder at Mon 2026-12-07 09:00
             ✓ gap: nothing within 4 hours
  sms        ✓ switched on, active, in audience, not held out, consent, address, no pause, time
             ✗ cap:one-a-day: 1 of 1 in 1 day: reminder at Mon 2026-12-07 09:00
             ✓ cap:sms-weekly: 1 of 3 in 7 days: points at Fri 2026-12-04 12:00
             ✓ gap: nothing within 4 hours

What went out in the last 90 days

  Fri 2026-12-04 12:00  points by sms: sent by another system
  Thu 2026-10-01 12:00  another system by sms: sent by another system
"""

RIVALS_ZH = """\
C1：2 条候选消息，1 条发送，1 条不发送
以下均为客户当地时间：Asia/Shanghai（UTC+08:00）。

会发送的

发送      reminder L1@-3d：2026-12-07 周一 09:00，通过 email，价值 90
  窗口    2026-12-07 周一 09:00 至 20:00
  email   ✓ 已启用、客户状态正常、在发送对象内、不在对照组、已同意、有地址、未暂停、有时间
          ✓ cap:one-a-day：1 天内 0 条，上限 1 条
          ✓ gap：前后 4 小时内没有别的消息
  sms     ✓ 已启用、客户状态正常、在发送对象内、不在对照组、已同意、有地址、未暂停、有时间
          ✓ cap:one-a-day：1 天内 0 条，上限 1 条
          ✓ cap:sms-weekly：7 天内 1 条，上限 3 条：points（2026-12-04 周五 12:00）
          ✓ gap：前后 4 小时内没有别的消息

差一点就会发送的

不发送    greeting 2026，价值 60：发送上限 one-a-day 已用完（cap:one-a-day）
  原因    1 天内 1 条，上限 1 条：reminder（2026-12-07 周一 09:00）
  让位于  reminder L1@-3d，2026-12-07 周一 09:00（价值 90，这条 60）
  可发送  最早 2026-12-08 周二 09:00
  怎么办  如果不发 reminder（2026-12-07 周一 09:00），就有名额
          要到 2026-12-08 周二 09:00 才有名额，而发送窗口到 2026-12-07 周一 20:00 就关闭
  窗口    2026-12-07 周一 09:00 至 20:00
  email   ✓ 已启用、客户状态正常、在发送对象内、不在对照组、已同意、有地址、未暂停、有时间
          ✗ cap:one-a-day：1 天内 1 条，上限 1 条：reminder（2026-12-07 周一 09:00）
          ✓ gap：前后 4 小时内没有别的消息
  sms     ✓ 已启用、客户状态正常、在发送对象内、不在对照组、已同意、有地址、未暂停、有时间
          ✗ cap:one-a-day：1 天内 1 条，上限 1 条：reminder（2026-12-07 周一 09:00）
          ✓ cap:sms-weekly：7 天内 1 条，上限 3 条：points（2026-12-04 周五 12:00）
          ✓ gap：前后 4 小时内没有别的消息

最近 90 天发过的消息

  2026-12-04 周五 12:00  points，sms：由其他系统发送
  2026-10-01 周四 12:00  其他系统，sms：由其他系统发送
"""

REFUSER_EN = """\
C1: 2 candidates, 0 go out, 2 do not
Times are on the customer's clock: Asia/Shanghai (UTC+08:00).

What does not, by reason

withhold     greeting 2026: the customer's consent is missing (no_consent)
  why        marketing by email: not granted
  to change  the customer agrees anew to marketing by email; the consent ran out at Wed 2026-07-01
             00:00
             the customer takes back the refusal of marketing by sms, which stands since Mon
             2026-03-02 10:00
  window     Mon 2026-12-07 09:00 to 20:00
  email      ✓ switched on, active, in audience, not held out
             ✗ no_consent: marketing by email: not granted
  sms        ✓ switched on, active, in audience, not held out
             ✗ no_consent: marketing by sms: denied

withhold     reminder L1@-3d: there is no usable address (no_address)
  why        no usable address for email
  to change  correct the address for email: c1@@example cannot be used
  window     Mon 2026-12-07 09:00 to 20:00
  email      ✓ switched on, active, in audience, not held out, consent
             ✗ no_address: no usable address for email

What went out in the last 90 days

  nothing
"""

REFUSER_ZH = """\
C1：2 条候选消息，0 条发送，2 条不发送
以下均为客户当地时间：Asia/Shanghai（UTC+08:00）。

不发送的，按原因分组

不发送    greeting 2026：客户没有同意接收（no_consent）
  原因    客户还没有同意接收 email 的 marketing 消息
  怎么办  请客户重新同意接收 email 的 marketing 消息，原来的同意已在 2026-07-01 周三 00:00 到期
          请客户撤回对 sms 的 marketing 消息的拒收（自 2026-03-02 周一 10:00 起）
  窗口    2026-12-07 周一 09:00 至 20:00
  email   ✓ 已启用、客户状态正常、在发送对象内、不在对照组
          ✗ no_consent：客户还没有同意接收 email 的 marketing 消息
  sms     ✓ 已启用、客户状态正常、在发送对象内、不在对照组
          ✗ no_consent：客户已拒收 sms 的 marketing 消息

不发送    reminder L1@-3d：没有可用的联系地址（no_address）
  原因    没有可用的 email 地址
  怎么办  更正 email 的地址：现有的 c1@@example 无法使用
  窗口    2026-12-07 周一 09:00 至 20:00
  email   ✓ 已启用、客户状态正常、在发送对象内、不在对照组、已同意
          ✗ no_address：没有可用的 email 地址

最近 90 天发过的消息

  没有
"""

SLEEPER_EN = """\
C1: 2 candidates, 0 go out, 2 do not
Times are on the customer's clock: Asia/Shanghai (UTC+08:00).

What nearly would

withhold     reminder L1@-3d: no allowed time is left (no_time)
  why        no allowed time left in the window Mon 2026-12-07 09:00 to Mon 2026-12-07 20:00
  to change  line service answers only Tue–Fri 09:00–17:00 (Asia/Shanghai) and must stay open for 2
             hours: no such minute
             the next minute that all hours allow is Tue 2026-12-08 09:00; its window closes at Mon
             2026-12-07 20:00
  window     Mon 2026-12-07 09:00 to 20:00
  email      ✓ switched on, active, in audience, not held out, consent, address, no pause
             ✗ no_time: no allowed time left in the window Mon 2026-12-07 09:00 to Mon 2026-12-07
               20:00
  sms        ✓ switched on, active, in audience, not held out, consent, address, no pause
             ✗ no_time: no allowed time left in the window Mon 2026-12-07 09:00 to Mon 2026-12-07
               20:00

What does not, by reason

withhold     greeting 2026: the customer asked for a pause (paused)
  why        the customer asked for a pause from 2026-12-09 until 2026-12-20
  to change  the pause ends by itself after 2026-12-20, or the customer ends it sooner
  window     Wed 2026-12-09 09:00 to 20:00
  email      ✓ switched on, active, in audience, not held out, consent, address
             ✗ paused: the customer asked for a pause from 2026-12-09 until 2026-12-20
  sms        ✓ switched on, active, in audience, not held out, consent, address
             ✗ paused: the customer asked for a pause from 2026-12-09 until 2026-12-20

What went out in the last 90 days

  nothing
"""

SLEEPER_ZH = """\
C1：2 条候选消息，0 条发送，2 条不发送
以下均为客户当地时间：Asia/Shanghai（UTC+08:00）。

差一点就会发送的

不发送    reminder L1@-3d：没有允许发送的时间了（no_time）
  原因    从 2026-12-07 周一 09:00 到 2026-12-07 周一 20:00 的发送窗口里，已经没有允许发送的时间
  怎么办  service 热线只在 周二至周五 09:00–17:00（Asia/Shanghai）有人接听，收到后还要再开 2 小时，
          窗口里没有这样的时间
          下一个各项都允许的时间是 2026-12-08 周二 09:00，而窗口到 2026-12-07 周一 20:00 就关闭
  窗口    2026-12-07 周一 09:00 至 20:00
  email   ✓ 已启用、客户状态正常、在发送对象内、不在对照组、已同意、有地址、未暂停
          ✗ no_time：从 2026-12-07 周一 09:00 到 2026-12-07 周一 20:00 的发送窗口里，已经没有允许发
            送的时间
  sms     ✓ 已启用、客户状态正常、在发送对象内、不在对照组、已同意、有地址、未暂停
          ✗ no_time：从 2026-12-07 周一 09:00 到 2026-12-07 周一 20:00 的发送窗口里，已经没有允许发
            送的时间

不发送的，按原因分组

不发送    greeting 2026：客户要求暂停（paused）
  原因    客户要求从 2026-12-09 到 2026-12-20（含当天）暂停接收消息
  怎么办  2026-12-20 之后暂停自动结束，客户也可以提前结束
  窗口    2026-12-09 周三 09:00 至 20:00
  email   ✓ 已启用、客户状态正常、在发送对象内、不在对照组、已同意、有地址
          ✗ paused：客户要求从 2026-12-09 到 2026-12-20（含当天）暂停接收消息
  sms     ✓ 已启用、客户状态正常、在发送对象内、不在对照组、已同意、有地址
          ✗ paused：客户要求从 2026-12-09 到 2026-12-20（含当天）暂停接收消息

最近 90 天发过的消息

  没有
"""

LEFTOUT_EN = """\
C1: 2 candidates, 0 go out, 2 do not
Times are on the customer's clock: Asia/Shanghai (UTC+08:00).

What does not, by reason

withhold     greeting 2026: the touchpoint is switched off (disabled)
  why        paused by an operator
  to change  resume it: touchpoints resume greeting
  window     Mon 2026-12-07 09:00 to 20:00
  email      ✗ disabled: paused by an operator
  sms        ✗ disabled: paused by an operator

withhold     reminder L1@-3d: it is not meant for this customer (audience)
  why        not in: fact.status == 'open' and fact.amount > 0
  to change  this would have to hold: fact.status == 'open'; fact.status is 'paid'
  window     Mon 2026-12-07 09:00 to 20:00
  email      ✓ switched on, active
             ✗ audience: not in: fact.status == 'open' and fact.amount > 0
  sms        ✓ switched on, active
             ✗ audience: not in: fact.status == 'open' and fact.amount > 0

What went out in the last 90 days

  nothing
"""

LEFTOUT_ZH = """\
C1：2 条候选消息，0 条发送，2 条不发送
以下均为客户当地时间：Asia/Shanghai（UTC+08:00）。

不发送的，按原因分组

不发送    greeting 2026：这个触点已停用（disabled）
  原因    运营人员已手动暂停
  怎么办  恢复这个触点：touchpoints resume greeting
  窗口    2026-12-07 周一 09:00 至 20:00
  email   ✗ disabled：运营人员已手动暂停
  sms     ✗ disabled：运营人员已手动暂停

不发送    reminder L1@-3d：客户不在发送对象之内（audience）
  原因    不符合发送对象的条件：fact.status == 'open' and fact.amount > 0
  怎么办  需要满足：fact.status == 'open'；目前 fact.status 是 'paid'
  窗口    2026-12-07 周一 09:00 至 20:00
  email   ✓ 已启用、客户状态正常
          ✗ audience：不符合发送对象的条件：fact.status == 'open' and fact.amount > 0
  sms     ✓ 已启用、客户状态正常
          ✗ audience：不符合发送对象的条件：fact.status == 'open' and fact.amount > 0

最近 90 天发过的消息

  没有
"""


@pytest.mark.parametrize(
    ("desk", "locale", "page"),
    [
        (rivals, "en", RIVALS_EN),
        (rivals, "zh", RIVALS_ZH),
        (refuser, "en", REFUSER_EN),
        (refuser, "zh", REFUSER_ZH),
        (sleeper, "en", SLEEPER_EN),
        (sleeper, "zh", SLEEPER_ZH),
        (leftout, "en", LEFTOUT_EN),
        (leftout, "zh", LEFTOUT_ZH),
    ],
)
def test_the_page_of_a_customer(
    offices: Offices, desk: Callable[[Offices], Office], locale: str, page: str
) -> None:
    answer = desk(offices).ask("explain", "C1", *AS_OF, "--locale", locale)
    assert (answer.code, answer.err) == (0, "")
    assert answer.out == page


def test_the_page_is_in_the_language_of_the_workspace(offices: Offices) -> None:
    office = leftout(offices)
    office.rule(POLICY.replace("locale: en", "locale: zh-CN"))
    assert office.ask("explain", "C1", *AS_OF).out == LEFTOUT_ZH
    office.rule(POLICY.replace("locale: en", "locale: de"))
    assert office.ask("explain", "C1", *AS_OF).out == LEFTOUT_EN


def test_json_is_in_english_whatever_the_language_of_the_workspace(offices: Offices) -> None:
    office = leftout(offices)
    english = office.lines("explain", "C1", *AS_OF, "--format", "json")
    office.rule(POLICY.replace("locale: en", "locale: zh"))
    assert office.lines("explain", "C1", *AS_OF, "--format", "json") == english
    assert [each["changes"] for each in english] == [
        ["resume it: touchpoints resume greeting"],
        ["this would have to hold: fact.status == 'open'; fact.status is 'paid'"],
    ]
