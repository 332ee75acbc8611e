"""The outbox is looked at and acted upon; what changes something is asked for once more."""

from __future__ import annotations

import getpass

import pytest

from tests.studio.desk.conftest import HOME, NOW, Desk, harmless


def test_it_shows_where_everything_stands(desk: Desk, held: int) -> None:
    page = desk.see("/outbox")
    for words in ("Held since", "Next send", "Behind by", "held", "planned"):
        assert words in page.text
    harmless(page)


def test_each_state_has_its_list(desk: Desk, held: int) -> None:
    for row in desk.office.table("message"):
        page = desk.see("/outbox", state=row["state"])
        assert f"/outbox/message?no={row['no']}" in page.links("/outbox/message")
        others = [each for each in desk.office.table("message") if each["state"] != row["state"]]
        for other in others:
            assert f"/outbox/message?no={other['no']}" not in page.links("/outbox/message")


def test_a_list_goes_on_page_by_page(desk: Desk) -> None:
    ids = [f"P{number:03}" for number in range(70)]
    desk.office.take("customers", *({"id": id_, "email": f"{id_}@example.org"} for id_ in ids))
    for id_ in ids:
        desk.office.owes(id_, "L", "2026-11-27")
    desk.office.plan(NOW)
    first = desk.see("/outbox", state="planned")
    second = desk.see("/outbox", state="planned", page=2)
    seen = [*first.links("/outbox/message"), *second.links("/outbox/message")]
    planned = [row for row in desk.office.table("message") if row["state"] == "planned"]
    assert len(first.links("/outbox/message")) == 50
    assert len(seen) == len(set(seen)) == len(planned)
    desk.refuses("/outbox", page=201)


def test_a_message_tells_its_story_and_attempts(desk: Desk, held: int) -> None:
    page = desk.see("/outbox/message", no=held)
    for words in ("What happened to it", "planned", "in_doubt", "no answer from <b>them</b>"):
        assert words in page.text
    harmless(page)


@pytest.mark.parametrize(
    ("said", "state", "words"),
    [
        ("sent", "accepted", "sent"),
        ("resend", "retry_wait", "waits for another try"),
        ("drop", "undelivered", "not delivered"),
    ],
)
def test_a_held_message_becomes_what_is_said(
    desk: Desk, held: int, said: str, state: str, words: str
) -> None:
    (place,) = [
        each
        for each in desk.see("/outbox/message", no=held).links("/outbox/resolve")
        if said in each
    ]
    asked = desk.see(place)
    assert row_of(desk, held)["state"] == "held"
    harmless(asked)
    done = desk.press("/outbox/resolve", no=held, said=said)
    assert f"Message {held}: {words}." in done.text
    row = row_of(desk, held)
    assert (row["state"], row["changed_by"]) == (state, f"operator {getpass.getuser()}")


def test_what_is_settled_already_stays_so(desk: Desk, held: int) -> None:
    desk.press("/outbox/resolve", no=held, said="sent")
    refused = desk.press("/outbox/resolve", 422, no=held, said="drop")
    assert "not held; nothing was done" in refused.text
    assert row_of(desk, held)["state"] == "accepted"


def test_nothing_changes_without_the_secret_of_the_page(desk: Desk, held: int) -> None:
    for path, form in (
        ("/outbox/resolve", {"no": str(held), "said": "sent"}),
        ("/outbox/pause", {"touchpoint": "*"}),
        ("/policy/try", {"key": "gap", "value": "5h"}),
    ):
        answer = desk.browser.post(path, data=form, headers={"Origin": HOME})
        assert answer.status_code == 403
        assert desk.browser.get(path).status_code in {404, 405, 422}
    assert row_of(desk, held)["state"] == "held"
    assert desk.office.table("pause") == []


def test_a_touchpoint_is_paused_and_goes_on(desk: Desk) -> None:
    desk.office.plan(NOW)
    assert "Pause greeting?" in desk.see("/outbox/pause", touchpoint="greeting").text
    assert desk.office.table("pause") == []
    done = desk.press("/outbox/pause", touchpoint="greeting")
    assert "greeting is paused; 1 planned messages were cancelled" in done.text
    assert "paused" in desk.see("/outbox").text
    assert "greeting goes on" in desk.press("/outbox/resume", touchpoint="greeting").text
    assert "was not paused" in desk.press("/outbox/resume", touchpoint="greeting").text


def test_everything_is_paused_and_goes_on(desk: Desk) -> None:
    assert "Everything is paused" in desk.press("/outbox/pause", touchpoint="*").text
    assert "paused already" in desk.press("/outbox/pause", touchpoint="*").text
    assert "nothing leaves" in desk.see("/outbox").text
    assert "goes on" in desk.press("/outbox/resume", touchpoint="*").text


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("/outbox", {"state": "sleeping"}),
        ("/outbox", {"page": "-1"}),
        ("/outbox/message", {"no": "999"}),
        ("/outbox/message", {"no": "1e3"}),
        ("/outbox/message", {}),
        ("/outbox/resolve", {"no": "1", "said": "maybe"}),
        ("/outbox/resolve", {"no": "1", "said": "sent"}),
        ("/outbox/pause", {"touchpoint": "<b>"}),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(
    desk: Desk, path: str, asked: dict[str, str]
) -> None:
    desk.refuses(path, **asked)


def row_of(desk: Desk, number: int) -> dict[str, object]:
    return next(row for row in desk.office.table("message") if row["no"] == number)
