"""Every wrong value is told with line, column, what it is, and what would be right."""

from __future__ import annotations

import pytest

HEAD = "name: Shop\ntimezone: UTC\n"
DURATION = "expected a duration in"
ZONE = "expected a zone by its city, such as Asia/Shanghai, or UTC"

WORKSPACE_LINES = [
    ("horizn: 7d", "3:1", "the workspace file has no key `horizn`; did you mean `horizon`?"),
    (
        "ticks: {plann: 1m}",
        "3:9",
        "the `ticks` section has no key `plann`; did you mean `plan`?",
    ),
    (
        "country: UK",
        "3:10",
        (
            "`country` is 'UK'; expected a country's two letters (ISO 3166), "
            "such as CN; did you mean `GB`?"
        ),
    ),
    (
        "country: china",
        "3:10",
        (
            "`country` is 'china'; expected a country's two letters (ISO 3166), "
            "such as CN; did you mean `CN`?"
        ),
    ),
    (
        "locale: zh_cn",
        "3:9",
        "`locale` is 'zh_cn'; expected a language such as en or zh-CN; did you mean `zh-CN`?",
    ),
    ("horizon: 91d", "3:10", f"`horizon` is '91d'; {DURATION} d, w from 1d to 90d, such as 7d"),
    ("horizon: 24h", "3:10", f"`horizon` is '24h'; {DURATION} d, w from 1d to 90d, such as 7d"),
    ("gap: 3bd", "3:6", f"`gap` is '3bd'; {DURATION} m, h, d, w from 1m to 366d, such as 4h"),
    ("gap: 4", "3:6", f"`gap` is 4; {DURATION} m, h, d, w from 1m to 366d, such as 4h"),
    ("freeze: -5m", "3:9", f"`freeze` is '-5m'; {DURATION} m, h, d from 0m to 7d, such as 10m"),
    (
        "limits: {per_week: 5}",
        "3:10",
        "the `limits` section has no key `per_week`; its keys are `per_run`, `per_day`",
    ),
    ("limits: {per_run: 0}", "3:19", "`per_run` is 0; expected at least 1"),
    ("limits: {per_day: many}", "3:19", "`per_day` is 'many'; expected a whole number"),
    (
        "channels: {sms: {transport: null, rate: 600 a minute}}",
        "3:41",
        (
            "`rate` is '600 a minute'; expected a rate such as 10 per second, 600 per minute, "
            "900 per hour"
        ),
    ),
    (
        "channels: {sms: {transport: null, rate: 600}}",
        "3:41",
        "`rate` is 600; expected a rate such as 10 per second, 600 per minute, 900 per hour",
    ),
    ("ticks: {plan: 0}", "3:15", "`plan` is 0; expected a duration such as 5s or 1m, at most 1d"),
    (
        "database: mysql://h/x",
        "3:11",
        (
            "`database` is 'mysql://h/x'; expected "
            "sqlite:///touchpoints.db or postgresql://user@host/db"
        ),
    ),
    ("company: {phone: 0755123}", "3:18", "`phone` is 0755123; expected text: put it in quotes"),
    ("company: [a]", "3:10", "`company` is a list; expected a mapping of keys and values"),
    (
        "lines: {d: {phone: '1', hours: 9-17}}",
        "3:32",
        "`hours` is '9-17'; expected HH:MM from 00:00 to 23:59",
    ),
    (
        "lines: {d: {phone: '1', hours: {mon-fry: '09:00-17:00'}}}",
        "3:33",
        "`mon-fry` is not a valid name; expected mon, tue, wed, thu, fri, sat, sun or mon-fri",
    ),
    (
        "lines: {d: {phone: '1', hours: {mon-fri: '09:00-09:00'}}}",
        "3:42",
        "`mon-fri` is '09:00-09:00'; write 00:00-24:00 for all",
    ),
    (
        "lines: {d: {phone: '1', hours: {mon-fri: '09:00-17:00', fri: }}}",
        "3:32",
        "fri is given twice; keep one of them",
    ),
    (
        "lines: {d: {hours: '09:00-17:00'}}",
        "3:9",
        "the line has no `phone`; add `phone`: the number as people read it, in quotes",
    ),
    (
        "channels: {SMS: {transport: null}}",
        "3:12",
        (
            "`SMS` is not a valid name; expected lower-case "
            "letters, digits, - and _, at most 64 of them; did you mean `sms`?"
        ),
    ),
    (
        "channels: {a: {transport: fax}}",
        "3:27",
        "`transport` is 'fax'; expected 'file', 'console', 'null', 'smtp', 'http' or 'webhook'",
    ),
    (
        "channels: {a: {transport: flie, path: x}}",
        "3:27",
        (
            "`transport` is 'flie'; expected 'file', "
            "'console', 'null', 'smtp', 'http' or 'webhook'; did you mean `file`?"
        ),
    ),
    (
        "channels: {a: {transport: file}}",
        "3:12",
        "the transport 'file' needs `path`; add `path` to the channel",
    ),
    (
        "channels: {a: {transport: console, path: x}}",
        "3:36",
        (
            "the transport 'console' has no key "
            "`path`; its keys are `from`, `reply_to`; or change the transport"
        ),
    ),
    (
        "channels: {a: {transport: console, from: me}}",
        "3:42",
        "`from` is 'me'; expected an address such as Harbour Bank <hello@harbour.example>",
    ),
    (
        "channels: {a: {transport: console, cost: -0.5}}",
        "3:42",
        "`cost` is -0.5; expected at least 0",
    ),
    (
        "channels: {a: {transport: console, cost: .inf}}",
        "3:42",
        "`cost` is .inf; expected a number",
    ),
    (
        "channels: {a: {transport: console, cost: true}}",
        "3:42",
        "`cost` is true; expected a number",
    ),
    (
        "categories: {a: {consent: implied}}",
        "3:27",
        "`consent` is 'implied'; expected 'none', 'assumed' or 'required'",
    ),
    ("categories: {a: {counts: perhaps}}", "3:26", "`counts` is 'perhaps'; expected true or false"),
    ("caps: {name: a}", "3:7", "`caps` is a mapping; expected a list such as [a, b]"),
    ("caps: [{name: a, max: 1.5, per: 1d}]", "3:23", "`max` is 1.5; expected a whole number"),
    (
        "caps: [{name: a, max: 1, per: 3bd}]",
        "3:31",
        f"`per` is '3bd'; {DURATION} m, h, d, w from 1m to 366d, such as 1d",
    ),
    (
        "caps: [{name: a, max: 1}]",
        "3:8",
        "the cap has no `per`; add `per`: … in any such span: 1d, 7d, 24h",
    ),
    (
        "caps: [{name: a, max: 1, per: 1d, topics: []}]",
        "3:43",
        "`topics` is an empty list; expected at least one entry; remove the key if you mean none",
    ),
    (
        "caps: [{name: own, max: 1, per: 1d}]",
        "3:15",
        "`name` is 'own', which means the customer's own cap; choose another",
    ),
]


@pytest.mark.parametrize(("line", "place", "text"), WORKSPACE_LINES)
def test_a_wrong_line_is_told_with_its_place_and_a_remedy(complaints, line, place, text):
    (complaint,) = complaints(f"{HEAD}{line}\n")
    assert str(complaint) == f"touchpoints.yaml:{place}: {text}"
    assert complaint.severity == "error"


def test_a_blank_value_is_complained_about_at_its_key(complaints):
    (complaint,) = complaints(f"{HEAD}caps:\n  - name: none\n    max:\n    per: 1d\n")
    assert (complaint.line, complaint.column, complaint.code) == (5, 5, "ambiguous-cap")


@pytest.mark.parametrize("blank", ["0", "", "~", "''", "'0'", "0.0"])
def test_s01_a_cap_of_zero_or_blank_is_refused_with_the_two_ways_to_say_it(complaints, blank):
    (complaint,) = complaints(f"{HEAD}caps:\n  - {{name: none, max: {blank}, per: 1d}}\n")
    assert (complaint.line, complaint.code) == (4, "ambiguous-cap")
    assert str(complaint).endswith(
        "`max` is blank or 0, which may mean never as well as no cap; to never send, set "
        "`enabled: false` on the touchpoints or remove the channel; for no cap, remove this entry"
    )


@pytest.mark.parametrize(
    ("zone", "near"),
    [
        ("Asia/Shangai", "Asia/Shanghai"),
        ("asia/shanghai", "Asia/Shanghai"),
        ("Shanghai", "Asia/Shanghai"),
        ("Asia/Beijing", "Asia/Shanghai"),
        ("PRC", "Asia/Shanghai"),
        ("Japan", "Asia/Tokyo"),
        ("EST5EDT", "America/New_York"),
        ("New York", "America/New_York"),
        ("UTC+8", None),
        ("GMT-05:00", None),
        ("+08:00", None),
    ],
)
def test_a_zone_that_is_no_city_is_refused_with_the_city_that_may_be_meant(complaints, zone, near):
    (complaint,) = complaints(f"name: Shop\ntimezone: {zone}\n")
    question = f"; did you mean `{near}`?" if near else ""
    assert str(complaint) == f"touchpoints.yaml:2:11: `timezone` is '{zone}'; {ZONE}{question}"


@pytest.mark.parametrize("zone", ["UTC", "Etc/UTC", "Etc/GMT+8", "Asia/Shanghai", "Asia/Calcutta"])
def test_a_zone_by_its_city_or_its_offset_in_etc_is_fine(opened, zone):
    assert opened(f"name: Shop\ntimezone: {zone}\n").policy.timezone == zone


def test_all_complaints_are_told_at_once_in_the_order_of_the_file(complaints, harbour):
    text = (
        harbour.replace("timezone: Asia/Shanghai   ", "timezone: Asia/Shangai   ")
        .replace("cost: 0.05", "price: 0.05")
        .replace("max: 2", "max: 0")
        .replace("category: marketing\n", "category: marketting\n")
        .replace("priority: 60", "priority: 400")
        .replace("offset: [-3d, -1d]", "offset: [-3d, 1x]")
        .replace("channels: [email, sms]", "channels: [emial, sms]")
        .replace("line: service  ", "line: servise  ")
    )
    assert [str(complaint) for complaint in complaints(text)] == [
        (
            f"touchpoints.yaml:2:11: `timezone` is 'Asia/Shangai'; {ZONE}; "
            "did you mean `Asia/Shanghai`?"
        ),
        (
            "touchpoints.yaml:17:68: the channel has no key `price`; its keys are `transport`, "
            "`kind`, `hours`, `cost`, `capacity`, `rate`, `limit`, `path`, `url`, `from`, "
            "`reply_to`, `timeout`, `verify`, `method`, `headers`, `json`, `form`, `key_header`, "
            "`idempotent`, `key_life`, `answers`, `provider_id`, `error`, `secrets`, "
            "`allow_private`"
        ),
        (
            "touchpoints.yaml:26:35: `max` is blank or 0, which may mean never as well as no cap; "
            "to never send, set `enabled: false` on the touchpoints or remove the channel; "
            "for no cap, remove this entry"
        ),
        "touchpoints.yaml:35:15: there is no category 'marketting'; did you mean `marketing`?",
        "touchpoints.yaml:37:15: `priority` is 400; expected at most 100",
        (
            "touchpoints.yaml:42:46: entry 2 of `offset` is '1x'; expected an offset in days "
            "such as -3d or -3bd (business days), or a list of them"
        ),
        "touchpoints.yaml:47:16: there is no channel 'emial'; did you mean `email`?",
        "touchpoints.yaml:49:11: there is no line 'servise'; did you mean `service`?",
    ]


def test_a_long_value_is_cut_in_the_complaint(complaints):
    (complaint,) = complaints(f"name: Shop\ntimezone: {'x' * 500}\n")
    assert len(str(complaint)) < 200
