"""`touchpoints plan`: the preview, stored in the outbox."""

from __future__ import annotations

from tests.office import Office

AS_OF = ("--as-of", "2026-12-06T10:00:00+08:00")


def test_what_is_previewed_is_stored(office: Office) -> None:
    office.owes_as_new("C1")
    office.customer("C2", birthday="1990-12-07")
    previewed = office.lines("preview", *AS_OF, "--format", "jsonl")
    answer = office.ask("plan", *AS_OF)
    assert answer.out.startswith("1 to send, 1 withheld (2 new, 0 changed, 0 vanished)\nplan ")
    stored = office.lines("outbox", "list", "--format", "jsonl")
    names = ("customer", "touchpoint", "occurrence", "channel", "send_at", "reason")
    assert [
        [line[name] for name in names] for line in sorted(stored, key=lambda line: line["no"])
    ] == [[line[name] for name in names] for line in previewed]


def test_planning_again_says_that_nothing_changed(office: Office) -> None:
    office.owes_as_new("C1")
    office.ask("plan", *AS_OF)
    answer = office.ask("plan", *AS_OF)
    assert answer.out.startswith("1 to send, 0 withheld (0 new, 0 changed, 0 vanished)\nplan ")


def test_nothing_is_sent(office: Office) -> None:
    office.owes_as_new("C1")
    office.ask("plan", "--as-of", "2026-12-07T12:00:00+08:00")
    assert not (office.folder / "outbox").exists()


def test_an_empty_workspace_says_how_to_start(office: Office) -> None:
    answer = office.ask("plan", *AS_OF)
    assert answer.code == 0
    assert "touchpoints import customers FILE" in answer.err
