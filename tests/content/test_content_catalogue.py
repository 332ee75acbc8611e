"""Which template files there are, and which one a message is written from."""

from __future__ import annotations

import pytest

from touchpoints.content.catalogue import Catalogue, locale_chain
from touchpoints.errors import PolicyError, UsageError


@pytest.mark.parametrize(
    ("locale", "fallback", "chain"),
    [
        ("zh-CN", "fr-CA", ("zh-CN", "zh", "fr-CA", "fr", "en")),
        ("zh_cn", "en", ("zh-CN", "zh", "en")),
        ("ZH-hant-tw", "en-GB", ("zh-Hant-TW", "zh-Hant", "zh", "en-GB", "en")),
        (None, "en", ("en",)),
        ("", "de", ("de", "en")),
        ("en", "en", ("en",)),
    ],
)
def test_locales_are_tried_from_the_customers_own_to_english(
    locale: str | None, fallback: str, chain: tuple[str, ...]
) -> None:
    assert locale_chain(locale, fallback) == chain


def test_a_catalogue_that_reads_once_sees_the_files_as_they_were(desk) -> None:
    text = desk.write("note/sms.j2", "before")
    desk.write("_shared/foot.j2", "foot")
    kept = Catalogue(desk.root, once=True)
    for catalogue in (kept, desk.catalogue):
        assert catalogue.find("note", "sms", ()).body == "before"
        assert catalogue.files.shared("_shared/foot.j2") == desk.root / "_shared/foot.j2"
        assert catalogue.files.shared("../foot.j2") is None
        assert catalogue.files.read(text) == "before"
    text.write_text("afterwards", encoding="utf-8")
    assert (kept.find("note", "sms", ()).body, kept.files.read(text)) == ("before", "before")
    assert desk.catalogue.find("note", "sms", ()).body == "afterwards"


def test_the_nearest_locale_is_found_and_the_file_without_one_comes_last(desk) -> None:
    for name in ("sms.j2", "sms.zh.j2", "sms.pt-BR.j2", "sms.en.j2"):
        desk.write(f"note/{name}", name)

    def found(locale: str) -> str:
        return desk.catalogue.find("note", "sms", locale_chain(locale, "fr")).body

    assert found("zh-TW") == "sms.zh.j2"
    assert found("pt_br") == "sms.pt-BR.j2"
    assert found("pt") == "sms.en.j2"
    assert desk.catalogue.find("note", "sms", ("cs",)).body == "sms.j2"


def test_front_matter_is_cut_off_and_lines_are_those_of_the_file(desk) -> None:
    desk.write("note/email.en.j2", "---\r\nsubject: Hello\r\ntone: warm\r\n---\r\nText\r\n---\r\n")
    desk.write("note/email.en.html.j2", "<p>")
    source = desk.catalogue.find("note", "email", ("en",))
    assert (source.subject, source.body, source.body_line) == ("Hello", "Text\n---\n", 5)
    assert source.front == {"subject": "Hello", "tone": "warm"}
    assert source.front_lines == {"subject": 2, "tone": 3}
    assert (source.channel, source.locale, source.html) == ("email", "en", "<p>")


def test_names_channels_and_locales_are_told(desk) -> None:
    for name in ("b/sms.en.j2", "b/sms.j2", "b/email.zh_CN.j2", "b/email.html.j2", "a/push.j2"):
        desk.write(name, "x")
    for name in ("_shared/frame.html.j2", ".git/sms.j2", "empty/notes.txt"):
        desk.write(name, "x")
    assert desk.catalogue.names() == ("a", "b")
    assert desk.catalogue.channels("b") == ("email", "sms")
    assert desk.catalogue.locales("b", "sms") == ("", "en")
    assert desk.catalogue.locales("b", "email") == ("", "zh-CN")
    assert desk.catalogue.locales("c", "sms") == ()
    assert Catalogue(desk.root / "nowhere").names() == ()


def test_what_is_not_there_is_told_with_what_is(desk) -> None:
    desk.write("birthday/sms.en.j2", "x")
    with pytest.raises(UsageError, match="did you mean 'birthday'"):
        desk.catalogue.find("birthdy", "sms", ("en",))
    with pytest.raises(
        UsageError, match=r"looked for sms\.zh\.j2, sms\.j2 .* there is sms\.en\.j2"
    ):
        desk.catalogue.find("birthday", "sms", ("zh",))


@pytest.mark.parametrize("name", ["", "..", "../note", "note/../note", "_shared", "a\x00b", "/etc"])
def test_a_template_name_cannot_leave_the_folder(desk, name: str) -> None:
    desk.write("note/sms.j2", "x")
    desk.write("_shared/sms.j2", "x")
    with pytest.raises(UsageError):
        desk.catalogue.find(name, "sms", ("en",))


@pytest.mark.parametrize(
    ("front", "line"),
    [
        ("subject: {{ customer.name }}", 2),
        ("subject: a: b", 2),
        ("subject: a\nsubject: b", 3),
        ("subject: [a]", 2),
        ("tone: warm\nsubject:", 3),
        ("- a", 2),
        ("subject: 'a", 2),
        ("subject: &a x\ntone: *b", 3),
        ("subject: " + "x" * 5000, 1),
    ],
)
def test_broken_front_matter_is_told_with_its_line(desk, front: str, line: int) -> None:
    desk.write("note/email.j2", f"---\n{front}\n---\nText")
    with pytest.raises(PolicyError) as caught:
        desk.catalogue.find("note", "email", ("en",))
    assert abs(caught.value.complaints[0].line - line) <= 1


def test_front_matter_without_an_end_is_told(desk) -> None:
    desk.write("note/email.j2", "---\nsubject: x\nText")
    with pytest.raises(PolicyError, match="no end"):
        desk.catalogue.find("note", "email", ("en",))


def test_a_file_that_is_not_utf_8_or_too_large_is_told(desk) -> None:
    path = desk.write("note/sms.j2", "")
    path.write_bytes("生日".encode("gbk"))
    with pytest.raises(UsageError, match="not UTF-8"):
        desk.catalogue.find("note", "sms", ("en",))
    path.write_text("x" * 70_000)
    with pytest.raises(UsageError, match="64 KB"):
        desk.catalogue.find("note", "sms", ("en",))
