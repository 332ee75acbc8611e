"""The words of the pages: the same in both languages, and in the reader's."""

from __future__ import annotations

import re
from string import Formatter

import pytest

from tests.studio.conftest import Visit
from touchpoints.studio.studio import VIEWS
from touchpoints.studio.words import LANGUAGES, preferred, words

USED = {
    name
    for view in VIEWS.glob("*.html")
    for name in re.findall(r"say\('([a-z_]+\.[a-z_]+)'[,)]", view.read_text("utf-8"))
}


def test_each_language_has_the_same_words_with_the_same_values() -> None:
    english = words("en").texts
    for language in LANGUAGES:
        texts = words(language).texts
        assert texts.keys() == english.keys()
        for name, text in texts.items():
            assert _values(text) == _values(english[name]), name
            assert text.strip(), name


def test_every_word_that_a_page_says_is_there() -> None:
    assert USED
    assert words("en").texts.keys() >= USED


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("de,en;q=0.7,zh;q=0.8", "zh"),
        ("fr", "en"),
        ("zh;q=0, en", "en"),
        ("zh;q=x", "en"),
        ("", "en"),
    ],
)
def test_a_browser_gets_the_language_that_it_likes_best(accepted: str, language: str) -> None:
    assert preferred(accepted) == language


def test_a_page_speaks_the_browsers_language(visit: Visit) -> None:
    chinese = visit.browser.get("/templates", headers={"Accept-Language": "zh-CN"}).text
    assert "模板" in chinese
    assert 'lang="zh-Hans"' in chinese


def _values(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}
