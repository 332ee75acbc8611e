"""A customer is found by what they say; their story, and why they get what, is told."""

from __future__ import annotations

import pytest

from tests.studio.desk.conftest import HOSTILE_ID, HOSTILE_NAME, Desk, harmless

GREETING = {"id": "C1", "touchpoint": "greeting", "channel": "sms"}


@pytest.mark.parametrize(
    ("sought", "found"),
    [
        ("C1", "Ann Lee"),
        ("ann", "Ann Lee"),
        ("lee", "Ann Lee"),
        ("c1@EXAMPLE", "Ann Lee"),
        ("+86138", "Ann Lee"),
        ("86 138", "Ann Lee"),
        ("李", "李明"),
        ("evil@", HOSTILE_NAME),
        (HOSTILE_ID, HOSTILE_NAME),
    ],
)
def test_somebody_is_found_by_the_beginning(desk: Desk, sought: str, found: str) -> None:
    page = desk.see("/customer", q=sought)
    assert found in page.text
    harmless(page)


@pytest.mark.parametrize("sought", ["%", "_", "!", "zz", "' OR 1=1 --", "*"])
def test_signs_stand_for_themselves(desk: Desk, sought: str) -> None:
    assert "0 found" in desk.see("/customer", q=sought).text


def test_at_most_some_are_found(desk: Desk) -> None:
    desk.office.take("customers", *({"id": f"P{number}", "name": "Pat"} for number in range(40)))
    page = desk.see("/customer", q="pat")
    assert len(page.links("/customer?id=")) == 25
    assert "The first 25" in page.text


def test_who_was_erased_is_not_found(desk: Desk) -> None:
    assert desk.office.ask("customer", "forget", "C1", "--yes").code == 0
    assert "0 found" in desk.see("/customer", q="erased").text
    desk.refuses("/customer", id="C1")


def test_the_story_has_all_channels_consents_and_facts(desk: Desk, held: int) -> None:
    page = desk.see("/customer", id="C1")
    for words in ("Ann Lee", "c1@example.org", "granted", "instalment", "call", "held", "greeting"):
        assert words in page.text
    assert page.links("/outbox/message?no=")


def test_a_name_made_to_do_harm_is_only_read(desk: Desk, held: int) -> None:
    for path in ("/customer", "/customer/explain"):
        page = desk.see(path, id=HOSTILE_ID)
        assert HOSTILE_NAME in page.text
        harmless(page)


def test_an_id_of_odd_signs_leads_through_all_pages(desk: Desk) -> None:
    (story,) = set(desk.see("/customer", q="evil@").links("/customer?id="))
    (why,) = desk.see(story).links("/customer/explain")
    previews = desk.see(why).links("/customer/preview")
    assert previews
    assert "100 CNY" in desk.see(previews[0]).text


def test_why_is_said_in_both_languages(desk: Desk) -> None:
    assert "no usable address for email" in desk.see("/customer/explain", id="C2").text
    assert "consent" in desk.see("/customer/explain", id="C1").text
    desk.speak("zh")
    assert "没有可用的 email 地址" in desk.see("/customer/explain", id="C2").text


def test_one_touchpoint_is_explained_alone(desk: Desk) -> None:
    page = desk.see("/customer/explain", id="C1", touchpoint="greeting")
    assert "1 candidates" in page.text
    assert "reminder L-C1" not in page.text


def test_a_message_is_seen_as_the_customer_would(desk: Desk) -> None:
    mail = desk.see("/customer/preview", id="C1", touchpoint="greeting", channel="email")
    for words in ("Happy birthday", "Dear Ann Lee!", "hello@harbour.example", "c1@example.org"):
        assert words in mail.text
    text = desk.see("/customer/preview", id="C1", touchpoint="greeting", channel="sms")
    assert "1 segments of GSM-7" in text.text


def test_html_comes_only_in_a_frame_that_may_do_nothing(desk: Desk) -> None:
    desk.office.write("templates/greeting/email.html.j2", "<p>Dear <b>{{ customer.name }}</b>!</p>")
    asked = {"id": HOSTILE_ID, "touchpoint": "reminder", "channel": "email"}
    desk.office.write("templates/reminder/email.html.j2", "<p>{{ customer.name }}</p>")
    page = desk.see("/customer/preview", **asked)
    harmless(page)
    (frame,) = [attrs for tag, attrs in page.elements if tag == "iframe"]
    assert frame["sandbox"] == ""
    answer = desk.browser.get(str(frame["src"]))
    assert "sandbox" in answer.headers["content-security-policy"]
    assert "script-src" not in answer.headers["content-security-policy"]
    assert "<script" not in answer.text
    assert "&lt;script&gt;" in answer.text


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("/customer", {"id": "nobody"}),
        ("/customer/explain", {}),
        ("/customer/explain", {"id": "C1", "days": "367"}),
        ("/customer/explain", {"id": "C1", "as_of": "now"}),
        ("/customer/preview", GREETING | {"touchpoint": "no"}),
        ("/customer/preview", GREETING | {"channel": "fax"}),
        (
            "/customer/preview",
            {"id": "C2", "touchpoint": "greeting", "channel": "sms", "occurrence": "1"},
        ),
        ("/customer", {"q": "x" * 501}),
        ("/customer", {"id": "a\x00b"}),
    ],
)
def test_what_is_not_there_is_said_in_words(desk: Desk, path: str, asked: dict[str, str]) -> None:
    desk.refuses(path, **asked)
