"""A wrong key of a touchpoint or its moment is told with line, column, and what would be right."""

from __future__ import annotations

import pytest

from touchpoints.moments import all_moments

HEAD = "name: Shop\ntimezone: UTC\n"
RULES = """\
name: Shop
timezone: UTC
channels: {sms: {transport: console}}
categories: {plain: {}}
touchpoints:
  hello:
    moment: {fact: order}
    category: plain
    channels: [sms]
"""

TOUCHPOINT_LINES = [
    ("prioritty: 60", "10:5", "the touchpoint has no key `prioritty`; did you mean `priority`?"),
    ("priority: 101", "10:15", "`priority` is 101; expected at most 100"),
    ("priority: true", "10:15", "`priority` is true; expected a number"),
    ("priority: high", "10:15", "`priority` is 'high'; expected a whole number"),
    ("at: 24:00", "10:9", "`at` is '24:00'; expected HH:MM from 00:00 to 23:59"),
    ("holdout: 0.05", "10:14", "`holdout` is 0.05; expected a percentage such as 5%"),
    ("holdout: 101%", "10:14", "`holdout` is '101%'; expected a percentage such as 5%"),
    ("on_cap: wait", "10:13", "`on_cap` is 'wait'; expected 'defer' or 'drop'"),
    (
        "template: ../x",
        "10:15",
        (
            "`template` is '../x'; expected lower-case letters, digits, - and "
            "_, at most 64 of them; did you mean `x`?"
        ),
    ),
    (
        "template: [a, b]",
        "10:15",
        (
            "`template` names 2, and `offset` has 1; name one template, or "
            "one for each offset in the same order"
        ),
    ),
    ("shadow: maybe", "10:13", "`shadow` is 'maybe'; expected true or false"),
    ("enabled: maybe", "10:14", "`enabled` is 'maybe'; expected true or false"),
    ("window: {opens: 0d}", "10:14", "the window has no key `opens`; did you mean `open`?"),
    (
        "window: {open: 09:00}",
        "10:20",
        (
            "`open` is '09:00'; expected days and a time such as "
            "0d 09:00 or -3d, at most 366 days off"
        ),
    ),
    (
        "window: {open: 0d 24:00}",
        "10:20",
        (
            "`open` is '0d 24:00'; expected days and a time such as "
            "0d 09:00 or -3d, at most 366 days off"
        ),
    ),
    (
        "window: {close: 3bd}",
        "10:21",
        "`close` is '3bd'; expected days and a time such as 0d 20:00 or 1d, at most 366 days off",
    ),
    (
        "window: {open: 0d 20:00, close: 0d 9:00}",
        "10:13",
        (
            "the window closes at '0d 9:00', not "
            "after it opens at '0d 20:00'; expected `close` after `open`"
        ),
    ),
    (
        "window: {open: -200d, close: 200d}",
        "10:13",
        "the window is open for more than 366 days; shorten it",
    ),
    ("line: desk", "10:11", "there is no line 'desk'; there are none"),
]


@pytest.mark.parametrize(("line", "place", "text"), TOUCHPOINT_LINES)
def test_a_wrong_line_of_a_touchpoint_is_told_too(complaints, line, place, text):
    (complaint,) = complaints(f"{RULES}    {line}\n")
    assert str(complaint) == f"touchpoints.yaml:{place}: {text}"


HAS = "this version has " + ", ".join(f"`{kind.keyword}`" for kind in all_moments())
OFFSET = "expected an offset in days such as -3d or -3bd (business days), or a list of them"
MOMENTS = [
    (
        "{event: paid, offset: -1d}",
        "7:35",
        "`offset` is '-1d'; expected days after the event, such as 2d; nobody knows it before",
    ),
    ("{after: helo}", "7:21", "there is no touchpoint 'helo'; did you mean `hello`?"),
    (
        "{after: hello}",
        "7:21",
        (
            "hello follows itself, so that it never begins;"
            " name a touchpoint that has its own occasion"
        ),
    ),
    (
        "{lapsed: 12h, since: login}",
        "7:22",
        "`lapsed` is '12h'; expected a duration such as 90d, at most ten years",
    ),
    (
        "{lapsed: 90d}",
        "7:5",
        "the lapsed moment has no `since`; add `since`: the kind of event that has not happened",
    ),
    (
        "{schedule: 'FREQ=HOURLY'}",
        "7:24",
        "`schedule` is 'FREQ=HOURLY'; a schedule has days; say the time of day by `at: \"10:00\"`",
    ),
    (
        "{schedule: 'FREQ=MONTHLY;BYMONTHDAYS=31'}",
        "7:24",
        (
            "`schedule` is 'FREQ=MONTHLY;BYMONTHDAYS=31'; a rule has no part BYMONTHDAYS;"
            " did you mean BYMONTHDAY?"
        ),
    ),
    (
        "{schedule: 'FREQ=DAILY', start: soon}",
        "7:45",
        "`start` is 'soon'; expected a date such as 2026-01-31",
    ),
    (
        "{anual: birthday}",
        "7:14",
        f"`anual` is not a kind of moment; {HAS}; did you mean `annual`?",
    ),
    ("{}", "7:13", f"the moment is blank; name its kind; {HAS}"),
    ("birthday", "7:13", "`moment` is 'birthday'; expected a mapping of keys and values"),
    (
        "{fact: order, ofset: 1d}",
        "7:27",
        "the fact moment has no key `ofset`; did you mean `offset`?",
    ),
    (
        "{fact: order, offset: 1x}",
        "7:35",
        f"`offset` is '1x'; {OFFSET}",
    ),
    (
        "{fact: order, offset: [1d, 4h]}",
        "7:40",
        f"entry 2 of `offset` is '4h'; {OFFSET}",
    ),
    (
        "{fact: order, offset: [7d, 1w]}",
        "7:35",
        "`offset` is a list; each offset may stand here only once",
    ),
    (
        "{fact: order, offset: -99999d}",
        "7:35",
        "`offset` is '-99999d'; expected at most 3660 days either way",
    ),
    (
        "{fact: order, offset: -3000bd}",
        "7:35",
        "`offset` is '-3000bd'; expected at most 3660 days either way",
    ),
    (
        "{fact: order, offset: [-3bd, 0bd]}",
        "7:42",
        (
            "entry 2 of `offset` is '0bd'; expected 0d for the date itself, -1bd for the business"
            " day before it, or 1bd for the one after"
        ),
    ),
    ("{fact: 7}", "7:20", "`fact` is 7; expected text: put it in quotes"),
    (
        "{annual: birthday, calendar: luna}",
        "7:42",
        "`calendar` is 'luna'; expected 'solar' or 'lunar'; did you mean `lunar`?",
    ),
    (
        "{annual: birthday, leap_day: forwards}",
        "7:42",
        (
            "`leap_day` is 'forwards'; expected "
            "'backward', 'forward' or 'skip'; did you mean `forward`?"
        ),
    ),
]


@pytest.mark.parametrize(("moment", "place", "text"), MOMENTS)
def test_a_wrong_moment_says_which_kinds_there_are(complaints, moment, place, text):
    told = complaints(RULES.replace("{fact: order}", moment))
    assert f"touchpoints.yaml:{place}: {text}" in [str(complaint) for complaint in told]
    assert len({(complaint.line, complaint.column) for complaint in told}) == 1


OTHER = RULES + RULES[RULES.index("  hello:") :].replace("hello", "other")


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (
            "{after: other, delay: 3bd}",
            "7:35: `delay` is '3bd'; expected a duration such as 2d or 4h, at most ten years",
        ),
        (
            "{after: other, offset: 2d}",
            "7:28: the after moment has no key `offset`; its keys are `after`, `delay`, `outcome`",
        ),
        (
            "{after: other, outcome: opend}",
            "`outcome` is 'opend'; expected",
        ),
    ],
)
def test_a_wrong_follow_up_says_what_is_wrong(complaints, moment, text):
    (told,) = complaints(OTHER.replace("{fact: order}", moment, 1))
    assert text in str(told)


def test_two_that_follow_each_other_never_begin(complaints):
    ring = OTHER.replace("{fact: order}", "{after: other}", 1)
    told = complaints(ring.replace("{fact: order}", "{after: hello}"))
    assert [str(each).partition(": ")[2].partition(";")[0] for each in told] == [
        "hello follows itself, by way of other, so that it never begins",
        "other follows itself, by way of hello, so that it never begins",
    ]


def test_a_touchpoint_without_its_keys_says_which_and_what_they_are(complaints):
    told = complaints(f"{HEAD}touchpoints:\n  hello:\n")
    assert [str(complaint) for complaint in told] == [
        (
            "touchpoints.yaml:4:3: the touchpoint has no `moment`; add `moment`: the occasion, "
            "such as {annual: birthday}"
        ),
        (
            "touchpoints.yaml:4:3: the touchpoint has no `category`; add `category`: what kind of "
            "message it is, by name"
        ),
        (
            "touchpoints.yaml:4:3: the touchpoint has no `channels`; add `channels`: the channels "
            "allowed, the first one first"
        ),
    ]
