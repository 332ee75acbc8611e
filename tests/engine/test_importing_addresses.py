"""Addresses at import: what is usable, and what never becomes so."""

from __future__ import annotations

import csv
import string

import pytest
from email_validator import validate_email
from hypothesis import given
from hypothesis import strategies as st

from tests.importing import NO_SHARED, SHARED
from touchpoints.channels.address import wire_address
from touchpoints.engine.records.addresses import email_address, other_address, phone_number


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("ann@bank.example", "ann@bank.example"),
        ("Ann.Li+x@Bank.EXAMPLE", "Ann.Li+x@bank.example"),
        ("o'brien@bank.example", "o'brien@bank.example"),
        ("ann@例子.中国", "ann@xn--fsqu00a.xn--fiqs8s"),
        ("李@bank.example", "李@bank.example"),
    ],
)
def test_an_email_address_is_stored_with_its_domain_in_ascii(written: str, stored: str) -> None:
    assert email_address(written) == stored


@pytest.mark.parametrize(
    "written",
    [
        "a@b,evil@x",
        '"a\r\nX:1"@b.example',
        "a@b>",
        "a@b",
        "a@b.test",
        "a@bank.example\nBcc: x@y.example",
        "Ann <ann@bank.example>",
        "ann @bank.example",
        "a\u202eb@bank.example",
        "a@[127.0.0.1]",
        "a" * 65 + "@bank.example",
        "a@" + "b" * 64 + ".example",
        "a@" + "b." * 130 + "example",
        "x" * 100_000,
    ],
)
def test_what_is_no_email_address_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="is not a valid address"):
        email_address(written)


def test_invalid_addresses_of_the_conformance_table_are_never_usable() -> None:
    table = SHARED / "conformance" / "isemail_1_80.csv"
    if not table.exists():
        pytest.skip(NO_SHARED)
    with table.open(encoding="utf-8", newline="") as text:
        graded = [row for row in csv.DictReader(text) if row["category"] == "ISEMAIL_ERR"]
    assert len(graded) > 20
    for row in graded:
        with pytest.raises(ValueError, match="is not a valid address"):
            email_address(row["address"])


WORD = st.text(string.ascii_letters + string.digits + "_+-", min_size=1, max_size=70)
LABEL = st.text(string.ascii_letters + string.digits + "-", min_size=1, max_size=66)
LAST = st.sampled_from(["com", "Example", "org", "test", "local", "c", "x1", "xn--fiqs8s"])


@given(st.lists(WORD, min_size=1, max_size=3), st.lists(LABEL, min_size=0, max_size=5), LAST)
def test_the_quick_way_agrees_with_the_library(
    words: list[str], labels: list[str], last: str
) -> None:
    written = f"{'.'.join(words)}@{'.'.join([*labels, last])}"
    try:
        stored = email_address(written)
    except ValueError:
        stored = ""
    try:
        found = validate_email(written, strict=True, check_deliverability=False)
        expected = f"{found.local_part}@{found.ascii_domain}"
    except ValueError:
        expected = ""
    assert stored.casefold() == expected.casefold()


@given(st.text(st.characters(codec="utf-8"), max_size=40).map(lambda text: f"{text}@bank.example"))
def test_what_is_usable_can_stand_on_the_wire(written: str) -> None:
    try:
        stored = email_address(written)
    except ValueError:
        return
    assert wire_address(stored) == stored


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("+420633939463", "+420633939463"),
        ("+44 7700 900.000", "+447700900000"),
        ("+1 (555) 010-0199", "+15550100199"),
        ("+86\u00a0138\u20110000\u20110000", "+8613800000000"),
    ],
)
def test_a_phone_number_is_stored_without_what_stands_between_its_digits(
    written: str, stored: str
) -> None:
    assert phone_number(written) == stored


@pytest.mark.parametrize(
    "written",
    [
        "+44 7700 900000;ext",
        "+44 (0)20 7946 0000",
        "0044 7700 900000",
        "07700 900000",
        "+0123456789",
        "+123456",
        "+1234567890123456",
        "+٤٤٧٧٠٠٩٠٠٠٠٠",
        "+44\n7700900000",
        "+",
    ],
)
def test_what_is_no_international_number_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="is not a number in international form"):
        phone_number(written)


@pytest.mark.parametrize("written", ["a\nb", "a\x00", "x" * 501, "\u202eabc"])
def test_an_address_of_another_channel_is_one_printable_line(written: str) -> None:
    assert other_address("device:42 李") == "device:42 李"
    with pytest.raises(ValueError, match="is not an address"):
        other_address(written)
