"""How many segments a text takes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from touchpoints.content.sms import segments, thrifty

CASES = Path(__file__).parents[2].parent / "shared" / "data" / "conformance" / "sms_segments.json"


@pytest.mark.parametrize(
    ("text", "count", "encoding"),
    [
        ("", 1, "GSM-7"),
        ("A" * 160, 1, "GSM-7"),
        ("A" * 161, 2, "GSM-7"),
        ("A" * 306, 2, "GSM-7"),
        ("A" * 307, 3, "GSM-7"),
        ("€" * 80, 1, "GSM-7"),
        ("€" * 81, 2, "GSM-7"),
        ("A" * 152 + "€" + "A" * 152, 3, "GSM-7"),
        ("汉" * 70, 1, "UCS-2"),
        ("汉" * 71, 2, "UCS-2"),
        ("汉" * 134, 2, "UCS-2"),
        ("汉" * 135, 3, "UCS-2"),
        ("🎉" * 35, 1, "UCS-2"),
        ("🎉" * 36, 2, "UCS-2"),
        ("François", 1, "UCS-2"),
        ("【银行】", 1, "UCS-2"),
    ],
)
def test_segments_are_counted_as_operators_count_them(text: str, count: int, encoding: str) -> None:
    size = segments(text)
    assert (size.count, size.encoding) == (count, encoding)


def test_the_character_that_forces_ucs_2_is_named() -> None:
    assert segments("Cher François").forced_by == "ç"
    assert segments("Dear Ann").forced_by is None


@pytest.mark.skipif(not CASES.exists(), reason="the shared conformance data are not here")
def test_segments_equal_the_well_known_calculator() -> None:
    for case in json.loads(CASES.read_text("utf-8"))["cases"]:
        size = segments(case["body"])
        assert (size.count, size.encoding) == (case["segments"], case["encoding"]), case
        bits = size.length * (7 if size.encoding == "GSM-7" else 16)
        assert bits == case["message_size_bits"], case


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("Ann\u2019s card \u2013 9:00\u202fAM", "Ann's card - 9:00 AM"),
        ("1\u00a0234,50\u00a0€", "1 234,50 €"),
        ("请回复\u201c退订\u201d", "请回复\u201c退订\u201d"),
    ],
)
def test_quotes_and_dashes_become_plain_where_that_saves_segments(text: str, sent: str) -> None:
    assert thrifty(text) == sent
