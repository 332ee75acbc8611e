"""The traps of YAML: what is not YAML, what is YAML but not plain, and what is far too much."""

from __future__ import annotations

import time

import pytest

SMALL = "name: Shop\ntimezone: UTC\n"

NOT_YAML = [
    ("", "1:1", "the file is empty; run `touchpoints init DIR` for one to start from"),
    (
        "# only a comment\n",
        "1:1",
        "the file is empty; run `touchpoints init DIR` for one to start from",
    ),
    ("- a\n", "1:1", "the file is not a mapping; expected lines such as `name: …`"),
    ("plain words\n", "1:1", "the file is not a mapping; expected lines such as `name: …`"),
    (
        "name: Shop\n\ttimezone: UTC\n",
        "2:1",
        (
            "this is not YAML: while scanning for the next token "
            "found character '\\t' that cannot start any token; indent with spaces, not tabs"
        ),
    ),
    (
        "name: [Shop\n",
        "2:1",
        (
            "this is not YAML: while parsing a flow sequence expected ',' or "
            "']', but got '<stream end>'"
        ),
    ),
    ("name: Shop\nzone: a: b\n", "2:8", "this is not YAML: mapping values are not allowed here"),
    ("name: Shop\nzone: \x07\n", "2:7", "this is not YAML: the character '\\x07' is not allowed"),
    (b"name: Shop\nzone: caf\xe9\n", "2:10", "the byte 0xe9 is not UTF-8; save the file as UTF-8"),
    (SMALL.encode("utf-16"), "1:1", "the byte 0xff is not UTF-8; save the file as UTF-8"),
    (b"x" * 1_000_001, "1:1", "the file is larger than 1 MB; split what it says"),
]


@pytest.mark.parametrize(("content", "place", "text"), NOT_YAML)
def test_what_is_not_yaml_is_told_with_its_place(complaints, content, place, text):
    (complaint,) = complaints(content)
    assert str(complaint) == f"touchpoints.yaml:{place}: {text}"


NOT_PLAIN = [
    ("name: Other\n", "3:1", "`name` is given twice; the first is in line 1; keep one"),
    ("12: a\n", "3:1", "the key `12` is not text; write it in quotes"),
    ("true: a\n", "3:1", "the key `true` is not text; write it in quotes"),
    ("? [a]\n: b\n", "3:3", "a key is not text; write it in quotes"),
    ("locale: !lang en\n", "3:9", "the tag !lang means nothing here; remove it"),
    ("---\nname: Other\n", "3:1", "a second document starts here; keep one"),
    (
        "country: *x\n",
        "3:10",
        "`*x` stands for nothing: no `&x` comes before it; write the value out",
    ),
    ("company: &x {phone: *x}\n", "3:21", "`*x` stands for itself; write the value out"),
    ("company: {<<: text}\n", "3:15", "`<<` takes a mapping; name one, such as `<<: *defaults`"),
]


@pytest.mark.parametrize(("line", "place", "text"), NOT_PLAIN)
def test_yaml_that_is_not_plain_is_told_with_its_place(complaints, line, place, text):
    told = [str(complaint) for complaint in complaints(SMALL + line)]
    assert f"touchpoints.yaml:{place}: {text}" in told


def test_every_duplicate_key_is_told_and_the_rest_is_checked_too(complaints):
    told = complaints(f"{SMALL}name: A\ncompany: {{a: x, a: y}}\ngap: 1\n")
    assert [(complaint.line, complaint.column, complaint.code) for complaint in told] == [
        (3, 1, "duplicate-key"),
        (4, 17, "duplicate-key"),
        (5, 6, "duration"),
    ]


@pytest.mark.parametrize("written", ["22:00", "no", "on", "2027-01-01", "1e", "0o9", "1_000", "=x"])
def test_words_that_older_yaml_took_for_something_else_are_text(opened, written):
    assert opened(f"{SMALL}company: {{a: {written}}}\n").company["a"] == written


@pytest.mark.parametrize("directive", ["%YAML 1.1\n---\n", "%YAML 1.2\n---\n", "\ufeff"])
def test_a_file_is_read_as_yaml_1_2_whatever_it_declares(opened, directive):
    workspace = opened(f"{directive}{SMALL}company: {{a: 22:00, b: no}}\n")
    assert workspace.company == {"name": "Shop", "a": "22:00", "b": "no"}


def test_norway_is_a_country(opened):
    assert opened(f"{SMALL}country: NO\n").policy.country == "NO"


def test_windows_line_ends_do_not_move_a_complaint(complaints):
    (complaint,) = complaints("name: Shop\r\ntimezone: UTC\r\ngap: 1\r\n")
    assert (complaint.line, complaint.column) == (3, 6)


MERGED = """\
channels: {sms: {transport: console}}
categories: {plain: {}}
touchpoints:
  first: &base
    moment: {fact: order}
    category: plain
    channels: [sms]
    priority: 70
  second:
    <<: *base
    priority: 10
  third:
    <<: [{priority: 1}, *base]
"""


def test_anchors_and_merges_share_keys_and_what_stands_there_wins(opened):
    touchpoints = opened(SMALL + MERGED).policy.touchpoints
    assert [touchpoint.priority for touchpoint in touchpoints.values()] == [70, 10, 1]
    assert {touchpoint.category for touchpoint in touchpoints.values()} == {"plain"}


def test_what_several_touchpoints_share_is_told_once_where_it_stands(complaints):
    text = SMALL + MERGED.replace("priority: 70", "prioritty: 70")
    (complaint,) = complaints(text)
    assert (complaint.line, complaint.column, complaint.code) == (10, 5, "unknown-key")


def test_aliases_that_multiply_are_refused_before_they_grow(complaints):
    rows = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 60))
    start = time.perf_counter()
    (complaint,) = complaints(f"a0: &a0 [{', '.join('x' * 10)}]\n{rows}")
    assert time.perf_counter() - start < 2
    assert complaint.code == "too-large"
    assert complaint.what == "this stands for more than 100000 values"


def test_merges_that_multiply_are_refused_too(complaints):
    rows = "".join(
        f"a{n}: &a{n} {{b: *a{n - 1}, c: *a{n - 1}, <<: *a{n - 1}}}\n" for n in range(1, 60)
    )
    (complaint,) = complaints(f"a0: &a0 {{x: 1}}\n{rows}")
    assert complaint.code == "too-large"


@pytest.mark.parametrize("text", ["[" * 5000, "{a: " * 5000, "a:\n " + "- " * 5000])
def test_deep_nesting_is_refused(complaints, text):
    (complaint,) = complaints(text)
    assert complaint.what == "this is nested more than 32 deep"


def test_an_escape_that_names_no_character_is_told_near_its_place(complaints):
    (complaint,) = complaints('name: Shop\ntimezone: "\\UFFFFFFFF"\n')
    assert (complaint.line, complaint.code) == (2, "yaml")


def test_a_file_of_two_hundred_lines_opens_in_a_moment(opened):
    touchpoint = MERGED.partition("first: &base\n")[2].partition("  second")[0]
    many = "".join(f"  t{number}:\n{touchpoint}" for number in range(40))
    text = SMALL + MERGED + many
    assert text.count("\n") > 200
    opened(text)
    start = time.perf_counter()
    opened(text)
    assert time.perf_counter() - start < 0.5
