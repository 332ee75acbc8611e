"""Text for a terminal is broken where a reader of its language would break it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from touchpoints.cli.wrapping import wrapped

LETTERS = "ab 发送上限，。（）:-"


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 10, [""]),
        ("to be or not", 5, ["to be", "or", "not"]),
        ("a  b", 10, ["a  b"]),
        ("a-very-long-word is one", 6, ["a-very-long-word", "is one"]),
        ("客户要求暂停", 4, ["客户", "要求", "暂停"]),
        ("客户要求，暂停。", 8, ["客户要", "求，暂", "停。"]),
        ("已用完（cap:one-a-day）", 12, ["已用完", "（cap:one-a-day）"]),
        ("上限 one-a-day 已用完", 14, ["上限 one-a-day", "已用完"]),
    ],
)
def test_lines_are_broken_between_words_and_between_wide_characters(
    text: str, width: int, lines: list[str]
) -> None:
    assert wrapped(text, width) == lines


@given(st.text(LETTERS), st.integers(4, 30))
def test_nothing_is_lost_and_only_what_cannot_be_broken_is_too_long(text: str, width: int) -> None:
    lines = wrapped(text, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    for line in lines:
        assert cell_len(line) <= width or len(wrapped(line, 1)) == 1
