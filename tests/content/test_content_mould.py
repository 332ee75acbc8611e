"""Pages that are filled in: whatever the values, the same as pages that are made anew."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup, escape

from touchpoints.content.inlining import inlined
from touchpoints.content.mould import page
from touchpoints.content.plaintext import plain_text

VALUE = None
"""Where a value stands in a piece of a page."""

PIECES = (
    ("<style>p { color: red } .a { margin: 0 } td:empty { color: blue } #b { top: 0 }</style>",),
    ("<style>a[href^=x] { color: red }</style>",),
    ("<style>p:lang(zh) { color: red }</style>",),
    ('<html lang="', VALUE, '"><head><title>', VALUE, "</title></head><body>"),
    ('<p class="', VALUE, '">'),
    ("<p id='", VALUE, "'>"),
    ("<p>", VALUE, "</p>"),
    ("<pre>", VALUE),
    ('<table><tr><td class="a">', VALUE, "</td><th>", VALUE, "</th></tr>"),
    ("<table>", VALUE, "</table>"),
    ('<a href="https://bank.example/', VALUE, '">', VALUE, "</a>"),
    ('<a href="tel:', VALUE, '">', VALUE, "</a>"),
    ('<a href="', VALUE, '">here</a>'),
    ('<img alt="', VALUE, '">'),
    ("<!-- ", VALUE, " -->"),
    ("<div title='", VALUE, "'>", VALUE, "</div>"),
    ("<div style='display: none'>", VALUE, "</div>"),
    ("<ul><li>", VALUE, "</li></ul>"),
    *((text,) for text in ("&", "&amp; ", "&#3", "\n", "  ", "： ", "<b>", "</b>", "</p>")),
    (VALUE,),
    (VALUE,),
)
USUAL = ("Ann", "Zoë", "王芳", "€ 1,234.50", "+86 400 000", "Mon–Fri 9:00", "a@b.example", "😀")
HOSTILE = (
    *("", " ", " x", "x ", "a  b", "a\nb", "\t", "\u00a0", "a\u00a0b", "\u202e", "\ue0000\ue001"),
    *("a&b", '"q"', "it's", "<b>", "</p>", "-->", "&lt;", "lt;", "#39;", "copy", "<style>"),
    *("hidden", "display:none", "：", "： ", "#", "mailto:a", "https://bank.example/Ann", "a", "b"),
)
VALUES = st.sampled_from(USUAL) | st.sampled_from(HOSTILE) | st.text(max_size=8)


@st.composite
def pages(draw: st.DrawFn) -> list[str]:
    """A page as a template writes it: plain pieces, and escaped values between them."""
    kinds = draw(st.lists(st.sampled_from(PIECES), max_size=12))
    return [escape(draw(VALUES)) if piece is VALUE else piece for kind in kinds for piece in kind]


@settings(deadline=None)
@given(pages())
def test_a_page_that_is_filled_in_equals_one_that_is_made_anew(pieces: list[str]) -> None:
    made = inlined("".join(pieces).strip()) + "\n"
    filled = page(pieces)
    assert filled.html == made
    assert filled.words() == plain_text(made)


@pytest.mark.parametrize("value", USUAL)
def test_usual_values_are_filled_in(value: str) -> None:
    around = (
        '<style>p { margin: 0 }</style><p lang="',
        '">Dear ',
        ',</p><a href="tel:',
        '">',
        "</a>",
    )
    pieces = [piece for each in around for piece in (each, escape(value))]
    filled = page(pieces)
    assert filled.mould is not None
    assert filled.html == inlined("".join(pieces)) + "\n"
    assert filled.words().startswith(f"Dear {value},")


@pytest.mark.parametrize(
    ("before", "value", "after"),
    [
        ("<p>", "<b>bold</b>", "</p>"),
        ("<p>&", "lt;", "</p>"),
        ("<p>", " indented", "</p>"),
        ("<p>", "two\nlines", "</p>"),
        ('<style>.a { color: red }</style><p class="', "a", '">x</p>'),
        ('<style>[title="a"] { color: red }</style><p title="', "a", '">x</p>'),
        ("<style>p { color: red }</style><p ", "HIDDEN", ">x</p>"),
        ("<p>\ue0000\ue001", "a", "</p>"),
    ],
)
def test_a_value_that_may_change_the_page_around_it_is_read_with_it(
    before: str, value: str, after: str
) -> None:
    filled = page([before, Markup(value), after])
    assert filled.mould is None
    assert filled.html == inlined(f"{before}{value}{after}") + "\n"
