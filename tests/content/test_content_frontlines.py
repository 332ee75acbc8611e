"""Front matter read line by line: what a whole reader of YAML says, or left to that reader."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml.error import YAMLError

from touchpoints.content.frontlines import read_lines
from touchpoints.content.frontmatter import KEYS, read_yaml

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
VALUES = (
    *('"a"', '"{{ x }}"', '"a: b # c"', '"é 😀"', '""', "warm", "two words", "'it''s'", "a #c"),
    *("1234.50", "007", "0x1F", "1e3", "5 ", "null", "~", "true", "yes", "10:30", "2026-11-17"),
    *("2026-11-24T09:30:00+08:00", "{sample: Ann, default: you}", "{}", "[1, 2]", "[]"),
    *('"a\\n"', '"a', '"a"b', '"x" # y', "|", ">", "|-", "&a x", "*a", "!!str 5", "- a", "a: b"),
    *("{", "}", "{a: [1", "%x", "@x", "`", "# c", "? a", "-", "---", "...", " x", '"\u00a0"', "\t"),
)
USUAL = st.sampled_from(VALUES[:25])
TOP = st.sampled_from((*KEYS, *KEYS, "other", "true"))
BELOW = st.sampled_from(("customer.name", "fact.amount", "event.at", "a.b", "subject", "x"))


@st.composite
def written(draw: st.DrawFn) -> str:
    """Front matter: mostly usual lines, some below `variables`, and some odd ones."""
    lines: list[str] = []
    for _ in range(draw(st.integers(1, 6))):
        value = draw(USUAL | st.sampled_from(VALUES))
        indent = draw(st.sampled_from(("", "", "", "  ", "  ", " ", "   ")))
        key = draw(BELOW if indent else TOP)
        odd = st.sampled_from(("", "# c", "variables:", "---", "  ", "x", "\ttone: a"))
        lines.append(draw(st.just(f"{indent}{key}: {value}") | odd))
    return "\n".join(lines) + "\n"


@settings(deadline=None)
@given(written())
def test_lines_say_what_the_whole_says_or_are_left_to_it(yaml: str) -> None:
    with suppress(YAMLError, ValueError, TypeError):
        found = read_lines(yaml, KEYS, read_yaml)
        assert found is None or repr(found) == repr(read_yaml(yaml))


@pytest.mark.parametrize("file", sorted(TEMPLATES.glob("*/*.j2")), ids=lambda file: file.name)
def test_the_starters_are_written_in_the_usual_way(file: Path) -> None:
    front = re.match(r"---\n(.*?)^---\n", file.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    if front is not None:
        assert read_lines(front[1], KEYS, read_yaml) == read_yaml(front[1])


@pytest.mark.parametrize(
    "yaml",
    [
        'subject: "a"\nsubject: "b"\n',
        "tone: |\n  warm\n",
        "tone: warm\n  and kind\n",
        "tone: &warm x\n",
        "tone: !!python/object:os.system x\n",
        "variables:\n",
        "variables: {}\n",
        "variables:\n  fact.a: 1\n    more\n",
        "variables:\n  fact.a: 1\n  fact.a: 2\n",
        '  tone: "a"\n',
        '# a comment\ntone: "a"\n',
        'other: "a"\n',
    ],
)
def test_what_is_not_usual_is_left_to_the_whole_reader(yaml: str) -> None:
    assert read_lines(yaml, KEYS, read_yaml) is None
