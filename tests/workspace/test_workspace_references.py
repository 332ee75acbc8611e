"""Names that point at nothing, caps that share a name, and touchpoints that have no time."""

from __future__ import annotations

import pytest

RULES = """\
name: Shop
timezone: UTC
lines: {desk: {phone: "1", hours: {mon: "09:00-11:00"}}}
channels:
  sms: {transport: console, hours: "09:00-20:00"}
  email: {transport: console}
categories: {plain: {}, night: {hours: "22:00-07:00"}}
touchpoints:
  hello:
    moment: {fact: order}
    category: plain
    topic: greeting
    channels: [sms]
"""


@pytest.mark.parametrize(
    ("selection", "place", "text"),
    [
        ("categories: [plane]", 48, "there is no category 'plane'; did you mean `plain`?"),
        ("channels: [sms, fax]", 51, "there is no channel 'fax'; there are `sms`, `email`"),
        ("touchpoints: [helo]", 49, "there is no touchpoint 'helo'; did you mean `hello`?"),
    ],
)
def test_a_cap_selects_only_what_is_there(complaints, selection, place, text):
    (complaint,) = complaints(f"{RULES}caps:\n  - {{name: some, max: 1, per: 1d, {selection}}}\n")
    assert str(complaint) == f"touchpoints.yaml:15:{place}: {text}"


def test_a_topic_that_only_history_can_have_is_a_warning(opened):
    workspace = opened(f"{RULES}caps:\n  - {{name: some, max: 1, per: 1d, topics: [greting]}}\n")
    (warning,) = workspace.warnings
    assert warning.severity == "warning"
    assert str(warning) == (
        "touchpoints.yaml:15:44: no touchpoint has the topic 'greting'; did you mean `greeting`?"
    )
    assert workspace.policy.caps[0].topics == frozenset({"greting"})


def test_warnings_are_told_together_with_errors(complaints):
    told = complaints(f"{RULES}caps:\n  - {{name: some, max: -1, per: 1d, topics: [other]}}\n")
    assert [complaint.severity for complaint in told] == ["error", "warning"]


def test_two_caps_cannot_share_a_name(complaints):
    cap = "  - {name: one, max: 1, per: 1d}\n"
    (complaint,) = complaints(f"{RULES}caps:\n{cap}{cap}")
    assert str(complaint) == (
        "touchpoints.yaml:16:12: two caps are called 'one'; the first is in line 15; "
        "choose another name"
    )


def test_a_channel_listed_twice_is_told(complaints):
    (complaint,) = complaints(RULES.replace("channels: [sms]", "channels: [sms, sms]"))
    assert str(complaint) == "touchpoints.yaml:13:15: `sms` is listed twice; keep one of them"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("category: plain", "category: night"),
        ("topic: greeting", "at: 21:00\n    window: {open: 0d 09:00, close: 0d 20:00}"),
        ("topic: greeting", "window: {open: 0d 21:00, close: 1d 08:00}"),
    ],
)
def test_a_touchpoint_without_any_allowed_time_is_a_warning(complaints, old, new):
    (warning,) = complaints(RULES.replace(old, new))
    assert (warning.severity, warning.code) == ("warning", "no-time")
    assert warning.what == "`hello` has no time: its window never meets the hours of a channel"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("channels: [sms]", "channels: [sms, email]\n    window: {open: 0d 21:00, close: 1d}"),
        ("topic: greeting", "window: {open: -1d 23:00, close: 365d}"),
        ("topic: greeting", "window: {open: 0d 21:00, close: 1d 09:01}"),
        (
            "category: plain\n    topic: greeting\n    channels: [sms]",
            "category: night\n    channels: [email]\n    window: {open: 0d 06:59, close: 0d 07:00}",
        ),
        ("topic: greeting", "at: 10:00\n    window: {open: 0d 21:00, close: 1d 20:00}"),
    ],
)
def test_a_touchpoint_with_one_allowed_minute_on_some_weekday_is_fine(complaints, old, new):
    assert complaints(RULES.replace(old, new)) == ()


def test_a_line_that_is_never_open_long_enough_is_a_warning(complaints):
    line = "    line: desk\n    line_open_for: {}\n"
    assert complaints(RULES + line.format("2h")) == ()
    (warning,) = complaints(RULES + line.format("121m"))
    assert str(warning) == (
        "touchpoints.yaml:15:20: the line 'desk' is never open for 121m; "
        "shorten `line_open_for`, or widen the line's `hours`"
    )


def test_line_open_for_without_a_line_is_a_warning(complaints):
    (warning,) = complaints(f"{RULES}    line_open_for: 2h\n")
    assert str(warning) == (
        "touchpoints.yaml:14:5: `line_open_for` does nothing without `line`; "
        "name the line, or remove it"
    )
