"""A right file becomes frozen settings: every key of the contract, and every default."""

from __future__ import annotations

import os
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from touchpoints.core.hours import Hours
from touchpoints.core.offset import Offset
from touchpoints.core.policy import Category, ChannelRule, Duration, Line, Policy, Window
from touchpoints.errors import PolicyError
from touchpoints.moments.annual import Annual
from touchpoints.moments.fact import Fact
from touchpoints.workspace import ChannelSettings, Ticks, load

SMALL = "name: Shop\ntimezone: UTC\n"


def test_the_example_of_the_contract_opens_without_a_warning(opened, harbour, tmp_path):
    workspace = opened(harbour)
    assert workspace.warnings == ()
    assert workspace.name == "Harbour Bank"
    assert workspace.file == tmp_path / "touchpoints.yaml"
    assert workspace.templates == tmp_path / "templates"
    assert workspace.company == {"name": "Harbour Bank"}
    assert workspace.ticks == Ticks(plan=60, deliver=5)


def test_the_rules_of_the_example_become_values_of_the_core(opened, harbour):
    policy = opened(harbour).policy
    assert (policy.timezone, policy.country, policy.locale) == ("Asia/Shanghai", "CN", "en")
    assert (policy.horizon, policy.freeze, policy.gap) == (
        Duration(7, "d"),
        Duration(10, "m"),
        Duration(4, "h"),
    )
    assert policy.lines["service"] == Line(
        "service",
        "+86 400 000 0000",
        "Asia/Shanghai",
        Hours.parse({"mon-fri": "09:00-17:00", "sat": "10:00-12:00"}),
        "CN",
    )
    assert policy.channels["sms"] == ChannelRule("sms", Hours.parse("09:00-20:00"), 0.05)
    assert policy.categories["mandatory"] == Category("mandatory", "none", obeys_caps=False)
    assert policy.categories["service"] == Category("service")
    assert [cap.name for cap in policy.caps] == [
        "one-a-day",
        "marketing-weekly",
        "sms-monthly",
        "one-birthday-wish",
    ]
    assert policy.caps[0].categories is None
    assert policy.caps[1].categories == frozenset({"marketing"})
    assert policy.caps[3].per == Duration(30, "d")


def test_a_touchpoint_of_the_example_becomes_a_value_of_the_core(opened, harbour):
    policy = opened(harbour).policy
    greeting, due = policy.touchpoints.values()
    assert greeting.moment == Annual(annual="birthday", leap_day="backward")
    assert greeting.channels == ("sms", "email")
    assert greeting.window == Window(0, 540, 0, 1200)
    assert greeting.templates == ("birthday",)
    assert (greeting.topic, greeting.priority, greeting.line) == ("birthday", 60, None)
    assert due.moment == Fact(fact="instalment", offset=("-3d", "-1d"))
    assert (due.line, due.line_open_for) == ("service", Duration(2, "h"))
    assert due.audience == "fact.status == 'open' and fact.amount > 0"


def test_channels_carry_the_keys_of_their_transport_and_no_others(opened, harbour, tmp_path):
    channels = opened(harbour).channels
    assert channels["email"] == ChannelSettings(
        "email",
        "smtp",
        "email",
        {"url": "smtp://127.0.0.1:1025", "from": "Harbour Bank <hello@harbour.example>"},
    )
    assert channels["sms"] == ChannelSettings(
        "sms", "file", "text", {"path": str(tmp_path / "outbox/sms")}
    )


def test_name_and_zone_are_enough_for_a_workspace(opened, tmp_path):
    workspace = opened(SMALL)
    assert workspace.policy == Policy(timezone="UTC")
    assert workspace.channels == {}
    assert workspace.database == f"sqlite:///{tmp_path}/touchpoints.db"


def test_sections_whose_lines_are_all_commented_out_are_empty(opened):
    text = (
        SMALL + "lines:\nchannels:\ncategories: {plain: }\ncaps:\ntouchpoints:\ncompany:\nticks:\n"
    )
    assert opened(text).policy.categories == {"plain": Category("plain")}


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("sqlite:///data/shop.db", "sqlite:///{root}/data/shop.db"),
        ("sqlite:///shop.db?timeout=5", "sqlite:///{root}/shop.db?timeout=5"),
        ("sqlite+pysqlite:///shop.db", "sqlite+pysqlite:///{root}/shop.db"),
        ("sqlite:////var/shop.db", "sqlite:////var/shop.db"),
        ("sqlite://", "sqlite://"),
        ("'sqlite:///:memory:'", "sqlite:///:memory:"),
        ("postgresql://shop@db/shop", "postgresql://shop@db/shop"),
        ("postgresql+psycopg:///shop", "postgresql+psycopg:///shop"),
    ],
)
def test_a_relative_database_file_lies_in_the_workspace(opened, tmp_path, written, expected):
    workspace = opened(f"{SMALL}database: {written}\n")
    assert workspace.database == expected.format(root=tmp_path)


TOUCHPOINT = (
    SMALL
    + """\
channels: {email: {transport: console}, sms: {transport: null}}
categories: {plain: {}}
touchpoints:
  hello:
    moment: {fact: order, offset: [2d, -1w, 0d]}
    category: plain
    channels: [sms]
"""
)


def test_a_touchpoint_has_defaults_for_all_that_it_leaves_out(opened):
    hello = opened(TOUCHPOINT).policy.touchpoints["hello"]
    assert hello.templates == ("hello",)
    assert hello.window == Window(0, 0, 1, 0)
    assert (hello.priority, hello.audience, hello.holdout) == (50, "true", 0.0)
    assert (hello.on_cap, hello.on_doubt, hello.at, hello.enabled) == ("defer", None, None, True)


def test_templates_go_with_the_offsets_as_written(opened):
    hello = opened(TOUCHPOINT + "    template: [after, before, same]\n").policy.touchpoints["hello"]
    assert isinstance(hello.moment, Fact)
    assert hello.moment.offsets == (Offset(2), Offset(-7), Offset(0))
    assert hello.templates == ("after", "before", "same")


@pytest.mark.parametrize(
    ("line", "attribute", "value"),
    [
        ("window: {open: -3d, close: 0d 24:00}", "window", Window(-3, 0, 0, 1440)),
        ("window: {open: -2d 18:30, close: 1w}", "window", Window(-2, 1110, 7, 0)),
        ("at: 10:00", "at", 600),
        ("at: '07:05'", "at", 425),
        ("holdout: 5%", "holdout", 0.05),
        ("holdout: 2.5 %", "holdout", 0.025),
        ("enabled: false", "enabled", False),
        ("enabled: no", "enabled", False),
        ("shadow: false", "enabled", True),
        ("audience: true", "audience", "true"),
        ("audience: false", "audience", "false"),
        ("on_cap: drop", "on_cap", "drop"),
        ("on_doubt: resend", "on_doubt", "resend"),
        ("topic: 生日", "topic", "生日"),
        ("priority: 0", "priority", 0),
        ("template: [one, two, one]", "templates", ("one", "two", "one")),
    ],
)
def test_every_key_of_a_touchpoint_is_read(opened, line, attribute, value):
    hello = opened(f"{TOUCHPOINT}    {line}\n").policy.touchpoints["hello"]
    assert getattr(hello, attribute) == value


@pytest.mark.parametrize(
    ("channel", "kind"),
    [
        ("email: {transport: file, path: out}", "email"),
        ("letter: {transport: smtp, url: 'smtp://h', from: a@b.example}", "email"),
        ("sms: {transport: console}", "text"),
        ("sms: {transport: null}", "text"),
        ("sms: {transport: 'null', kind: email}", "email"),
        ("email: {transport: console, kind: text}", "text"),
    ],
)
def test_mail_goes_by_smtp_and_by_the_channel_called_email(opened, channel, kind):
    (settings,) = opened(f"{SMALL}channels: {{{channel}}}\n").channels.values()
    assert settings.kind == kind


def test_ticks_are_seconds_however_they_are_written(opened):
    assert opened(f"{SMALL}ticks: {{plan: 2m, deliver: 1s}}\n").ticks == Ticks(120, 1)
    assert opened(f"{SMALL}ticks: {{plan: 30}}\n").ticks == Ticks(30, 5)


def test_the_company_has_the_workspaces_name_unless_it_has_its_own(opened):
    text = f"{SMALL}company: {{phone: '95588'}}\n"
    assert opened(text).company == {"name": "Shop", "phone": "95588"}
    assert opened(f"{SMALL}company: {{name: Shop Ltd}}\n").company == {"name": "Shop Ltd"}


def test_a_line_without_a_zone_is_in_the_workspaces(opened):
    workspace = opened(f"{SMALL}lines: {{desk: {{phone: '1', hours: '09:00-17:00'}}}}\n")
    assert workspace.policy.lines["desk"].timezone == "UTC"


def test_a_workspace_knows_where_every_key_stands(opened, harbour):
    workspace = opened(harbour)
    assert workspace.where("name") == (1, 7)
    assert workspace.where("channels", "sms", "cost") == (17, 74)
    assert workspace.where("caps", 1, "categories", 0) == (26, 60)
    assert workspace.where("touchpoints", "birthday-greeting", "template") == (40, 15)
    assert workspace.where("touchpoints", "birthday-greeting") == (32, 3)
    assert workspace.where("touchpoints", "birthday-greeting", "holdout") == (32, 3)
    assert workspace.where("nowhere") == (1, 1)


def test_settings_cannot_be_changed(opened, harbour):
    workspace = opened(harbour)
    with pytest.raises(FrozenInstanceError):
        workspace.name = "Other"


def test_a_folder_without_the_file_says_how_to_make_one(tmp_path):
    with pytest.raises(PolicyError) as raised:
        load(tmp_path, {})
    assert str(raised.value) == (
        f"touchpoints.yaml:1:1: there is no touchpoints.yaml in {tmp_path}; "
        "run `touchpoints init DIR` to make a workspace, or name one with -w DIR"
    )


def test_a_folder_in_the_place_of_the_file_is_no_workspace(tmp_path):
    (tmp_path / "touchpoints.yaml").mkdir()
    with pytest.raises(PolicyError, match="there is no touchpoints"):
        load(tmp_path, {})


def test_a_relative_folder_is_made_absolute(opened, tmp_path):
    opened(SMALL)
    root = load(Path(os.path.relpath(tmp_path)), {}).root
    assert root.is_absolute()
    assert root.samefile(tmp_path)


@pytest.mark.parametrize(
    ("written", "host", "port", "loopback"),
    [
        ("127.0.0.1:9464", "127.0.0.1", 9464, True),
        ("9464", "127.0.0.1", 9464, True),
        ("localhost:9464", "127.0.0.1", 9464, True),
        ("'[::1]:9464'", "::1", 9464, True),
        ("0.0.0.0:9464", "0.0.0.0", 9464, False),
    ],
)
def test_where_the_daemon_answers_is_loopback_unless_written_out(
    opened, written: str, host: str, port: int, loopback: bool
):
    listen = opened(f"{SMALL}listen: {written}\n").listen
    assert (listen.host, listen.port, listen.loopback) == (host, port, loopback)
    assert opened(SMALL).listen is None


@pytest.mark.parametrize("written", ["bank.example:9464", "'*:9464'", "':9464'", "127.0.0.1"])
def test_an_address_that_is_not_written_out_is_refused(opened, written: str):
    with pytest.raises(PolicyError, match="expected HOST:PORT such as"):
        opened(f"{SMALL}listen: {written}\n")
