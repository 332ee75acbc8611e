"""The rules are told in words; a changed number is tried before it is saved, and only then."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.studio.desk.conftest import Desk, Page, harmless


def file_of(desk: Desk) -> Path:
    return desk.office.folder / "touchpoints.yaml"


def tried(desk: Desk, key: str, value: str) -> tuple[int, Page]:
    """The number of a trial, and its page once it is worked out."""
    answer = desk.press("/policy/try", key=key, value=value)
    numbers = {attrs["value"] for _, attrs in answer.elements if attrs.get("name") == "no"}
    number = max(numbers, default="1")
    trial = desk.browser.get("/policy/trial", params={"no": number})
    while "refresh" in trial.headers:
        trial = desk.browser.get("/policy/trial", params={"no": number})
    assert trial.status_code == 200
    return int(number), Page(trial.text)


def test_rules_are_sentences_with_their_lines(desk: Desk) -> None:
    page = desk.see("/policy")
    for words in (
        "At most 1 message on any one day.",
        "touchpoints.yaml, line 16",
        "At least 4 hours between two messages to one customer.",
        "It goes out only to customers who have agreed.",
        "Every year on the birthday",
    ):
        assert words in page.text
    harmless(page)
    desk.speak("zh")
    assert "任意一天内最多 1 条消息。" in desk.see("/policy").text


def test_a_change_is_tried_and_nothing_is_written(desk: Desk) -> None:
    before = file_of(desk).read_bytes()
    _, page = tried(desk, "touchpoints.greeting.priority", "99")
    assert "What changes" in page.text
    assert file_of(desk).read_bytes() == before
    harmless(page)


def test_who_gains_and_who_loses_is_told(desk: Desk) -> None:
    desk.office.owes("C1", "L-2", "2026-11-28")
    _, page = tried(desk, "caps.0.max", "3")
    assert "messages instead of" in page.text
    assert page.links("/customer?id=C1")


def test_saving_writes_one_value_and_keeps_the_rest(desk: Desk) -> None:
    before = file_of(desk).read_bytes()
    number, _ = tried(desk, "caps.0.max", "2")
    assert "Saved" in desk.press("/policy/save", no=number).text
    after = file_of(desk).read_bytes()
    assert after == before.replace(
        b"max: 1, per: 1d}   # not more", b"max: 2, per: 1d}   # not more"
    )
    assert desk.studio.workspace().policy.caps[0].max == 2
    assert not [each for each in desk.office.folder.iterdir() if each.name.startswith(".touch")]


def test_a_file_that_changed_meanwhile_is_not_overwritten(desk: Desk) -> None:
    number, _ = tried(desk, "gap", "5h")
    changed = file_of(desk).read_bytes() + b"# somebody else was here\n"
    file_of(desk).write_bytes(changed)
    refused = desk.press("/policy/save", 422, no=number)
    assert "has changed since" in refused.text
    assert file_of(desk).read_bytes() == changed


def test_what_check_finds_wrong_is_not_written(desk: Desk) -> None:
    number, _ = tried(desk, "gap", "5h")
    desk.office.write("templates/greeting/sms.j2", "Dear {{ custmer.name }}!")
    before = file_of(desk).read_bytes()
    refused = desk.press("/policy/save", 422, no=number)
    assert "custmer" in refused.text
    assert file_of(desk).read_bytes() == before


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("caps.0.max", "0"),
        ("caps.0.max", "two"),
        ("caps.0.max", "2, per: 9d}\nname: x"),
        ("caps.0.per", "900d"),
        ("gap", "4h"),
        ("gap", "${SECRET}"),
        ("touchpoints.greeting.window.open", "25:00"),
        ("touchpoints.greeting.priority", "101"),
        ("touchpoints.greeting.audience", "true"),
        ("name", "Evil Bank"),
        ("caps.9.max", "1"),
        ("__class__", "1"),
    ],
)
def test_what_is_no_such_value_is_refused(desk: Desk, key: str, value: str) -> None:
    before = file_of(desk).read_bytes()
    desk.press("/policy/try", 422, key=key, value=value)
    assert file_of(desk).read_bytes() == before


def test_a_trial_can_be_stopped(desk: Desk) -> None:
    answer = desk.press("/policy/try", key="gap", value="6h")
    assert "30 days under both policies" in answer.text or "What changes" in answer.text
    page = desk.press("/policy/stop", no=1)
    # It may have been quicker than the button.
    assert "You have stopped it" in page.text or "What changes" in page.text


def test_a_trial_of_an_earlier_run_is_gone(desk: Desk) -> None:
    assert "gone" in desk.refuses("/policy/trial", no=77)
