"""Values from the environment go in, and never come out in anything a person reads."""

from __future__ import annotations

import copy
import pickle
import traceback

import pytest

from touchpoints.errors import PolicyError
from touchpoints.workspace.environment import Concealed

SECRET = "hunter2"
SMALL = "name: Shop\ntimezone: UTC\n"
USES = """\
name: ${NAME}
timezone: ${ZONE}
database: ${DB}
company: {phone: "${PHONE}"}
channels:
  email: {transport: smtp, url: "smtp://shop:${PASSWORD}@mail.example", from: "${FROM}"}
  sms: {transport: "${TRANSPORT}", path: "out/${DIR}"}
categories: {plain: {}}
touchpoints:
  hello:
    moment: {fact: "${KIND}"}
    category: ${CATEGORY}
    channels: ["${CHANNEL}"]
    audience: customer.tier == '${TIER}'
    topic: ${TOPIC}
    template: ${TEMPLATE}
    priority: ${PRIORITY}
"""
VALUES = {
    "NAME": "hunter2 Ltd",
    "ZONE": "Asia/Shanghai",
    "DB": "postgresql://shop:hunter2@db/shop",
    "PHONE": "hunter2-1",
    "PASSWORD": "hunter2",
    "FROM": "hunter2@shop.example",
    "TRANSPORT": "file",
    "DIR": "hunter2",
    "KIND": "hunter2",
    "CATEGORY": "plain",
    "CHANNEL": "sms",
    "TIER": "hunter2",
    "TOPIC": "hunter2",
    "TEMPLATE": "hunter2",
    "PRIORITY": "77",
}


def test_a_value_from_the_environment_is_used_like_any_other(opened, tmp_path):
    workspace = opened(USES, **VALUES)
    hello = workspace.policy.touchpoints["hello"]
    assert workspace.database == "postgresql://shop:hunter2@db/shop"
    assert workspace.channels["email"].options["url"] == "smtp://shop:hunter2@mail.example"
    assert workspace.channels["sms"].options["path"] == f"{tmp_path}/out/hunter2"
    assert workspace.company == {"name": "hunter2 Ltd", "phone": "hunter2-1"}
    assert hello.audience == "customer.tier == 'hunter2'"
    assert (hello.priority, hello.templates, hello.topic) == (77, ("hunter2",), "hunter2")
    assert hello.moment.describe() == {"fact": "hunter2"}


def test_the_settings_show_the_variable_and_not_its_value(opened):
    shown = repr(opened(USES, **VALUES))
    assert SECRET not in shown
    assert "${PHONE}" in shown
    assert "'smtp://shop:***@mail.example'" in shown


def test_a_password_in_the_file_itself_is_not_shown_either(opened, complaints):
    text = SMALL + "database: postgresql://shop:hunter2@db/shop\n"
    assert SECRET not in repr(opened(text))
    assert opened(text).database == "postgresql://shop:hunter2@db/shop"
    (complaint,) = complaints(SMALL + "database: mysql://shop:hunter2@db/shop\n")
    assert complaint.what == "`database` is 'mysql://shop:***@db/shop', and its value does not fit"


@pytest.mark.parametrize(
    "line",
    [
        "timezone: ${S}",
        "country: ${S}",
        "locale: ${S}",
        "database: ${S}",
        "horizon: ${S}",
        "gap: ${S}",
        "ticks: {plan: '${S}'}",
        "lines: {a: {phone: '1', hours: '${S}'}}",
        "lines: {a: {phone: '1', hours: {mon: '09:00-${S}', tue: '${S}'}}}",
        "channels: {a: {transport: '${S}'}}",
        "channels: {a: {transport: smtp, url: 'http://${S}', from: '${S}'}}",
        "channels: {a: {transport: console, cost: '${S}'}}",
        "categories: {a: {consent: '${S}', counts: '${S}'}}",
        "caps: [{name: '${S}!', max: '${S}', per: '${S}', topics: ['${S}', '${S}']}]",
        "caps: [{name: '${S}', max: 1, per: 1d}, {name: '${S}', max: 1, per: 1d}]",
        "caps: [{name: a, max: 1, per: 1d, channels: ['${S}'], touchpoints: ['${S}']}]",
        (
            "touchpoints: {a: {moment: {annual: x, offset: '${S}'}, category: '${S}', "
            "channels: ['${S}'], line: '${S}'}}"
        ),
        "touchpoints: {a: {moment: {annual: x, leap_day: '${S}'}, template: ['${S}', '${S}']}}",
        "touchpoints: {a: {moment: '${S}', window: {open: '${S}', close: '${S}'}}}",
        "touchpoints: {a: {at: '${S}', on_cap: '${S}', holdout: '${S}', priority: '${S}'}}",
        "company: '${S}'",
        'company: {a: "${S}\\n"}',
    ],
)
@pytest.mark.parametrize("secret", ["hunter2", "hunter2; x", "hunter2-hunter2, '\"\n"])
def test_no_complaint_shows_a_value_from_the_environment(opened, line, secret):
    text = line if line.startswith("timezone") else f"timezone: UTC\n{line}"
    with pytest.raises(PolicyError) as raised:
        opened(f"name: Shop\n{text}\n", S=secret)
    told = [complaint for complaint in raised.value.complaints if "${S}" in complaint.what]
    assert told
    assert SECRET not in "".join(traceback.format_exception(raised.value))


def test_a_window_from_the_environment_is_not_shown(complaints):
    text = SMALL + "touchpoints: {a: {window: {open: '${A}', close: '${B}'}}}\n"
    told = "\n".join(map(str, complaints(text, A="7d 07:07", B="3d 07:07")))
    assert "`window` is a mapping, and its value does not fit; expected `close` after" in told
    assert "07:07" not in told


def test_no_near_name_is_offered_for_a_secret(complaints):
    text = SMALL + "channels: {sms: {transport: null}}\ntouchpoints: {a: {channels: ['${S}']}}\n"
    told = [c for c in complaints(text, S="smss") if c.code == "unknown-channel"]
    assert [str(complaint) for complaint in told] == [
        "touchpoints.yaml:4:30: there is no channel '${S}'; there are `sms`"
    ]


def test_a_missing_variable_is_named_at_its_place_and_nothing_else_is_said_of_it(complaints):
    told = complaints("name: Shop\ntimezone: ${ZONE}\ndatabase: a${X}b${Y}\n", X="")
    assert [str(complaint) for complaint in told] == [
        (
            "touchpoints.yaml:2:11: the environment has no variable `ZONE`; "
            "set ZONE, or write $${ for the characters ${ themselves"
        ),
        (
            "touchpoints.yaml:3:11: the environment has no variable `Y`; "
            "set Y, or write $${ for the characters ${ themselves"
        ),
    ]


@pytest.mark.parametrize("written", ["${}", "${a b}", "${a-b}", "${1}", "${open"])
def test_what_is_no_variable_is_told(complaints, written):
    (complaint,) = complaints(f"{SMALL}company: {{a: '{written}'}}\n")
    assert str(complaint) == (
        f"touchpoints.yaml:3:14: `{written}` does not name an environment variable; "
        "write ${NAME}, or $${ for the characters ${ themselves"
    )


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("$${X}", "${X}"),
        ("a ${X} b", "a x b"),
        ("$X", "$X"),
        ("$$", "$$"),
        ("$${X} ${X}", "${X} x"),
    ],
)
def test_two_dollars_write_a_brace_as_it_is(opened, written, value):
    assert opened(f"{SMALL}company: {{a: '{written}'}}\n", X="x").company["a"] == value


def test_a_value_is_not_expanded_twice(opened):
    assert opened(f"{SMALL}company: {{a: '${{X}}'}}\n", X="${Y}").company["a"] == "${Y}"


def test_a_key_is_never_taken_from_the_environment(complaints):
    told = complaints(f"{SMALL}channels: {{'${{X}}': {{transport: null}}}}\n", X="sms")
    assert [complaint.code for complaint in told] == ["name"]


def test_a_concealed_text_is_that_text_wherever_it_is_copied():
    text = Concealed("hunter2", "${S}")
    for copied in (copy.copy(text), copy.deepcopy(text), pickle.loads(pickle.dumps(text))):
        assert copied == "hunter2"
        assert f"{copied}" == "hunter2"
        assert repr(copied) == "'${S}'"
