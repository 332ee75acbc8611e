"""Rates, ceilings and a pause of everything, as they are typed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable

import pytest

from tests.office import POLICY, Office

NINE = ("--as-of", "2026-12-07T09:00:00+08:00")
ONCE = ("run", "--once", *NINE)


def debtors(office: Office, many: int) -> Office:
    for number in range(1, many + 1):
        office.owes_as_new(f"C{number}")
    return office


def sent_at(office: Office) -> dict[str, int]:
    """How many left in each minute, by what the channel wrote."""
    lines = (office.folder / "outbox/messages.jsonl").read_text("utf-8").splitlines()
    return dict(Counter(json.loads(line)["sent_at"][:16] for line in lines))


def test_a_single_round_sends_at_the_rate_until_all_have_left(
    offices: Callable[[str], Office],
) -> None:
    rated = POLICY.replace("email: {transport", 'email: {rate: "3 per minute", transport')
    office = debtors(offices(rated), 8)
    answer = office.ask(*ONCE)
    assert (answer.code, answer.out, answer.err) == (0, "planned 8, withheld 0; sent 8\n", "")
    assert list(sent_at(office).values()) == [3, 3, 2]


def test_what_has_no_room_within_a_minute_waits_for_a_later_run(
    offices: Callable[[str], Office],
) -> None:
    rated = POLICY.replace("email: {transport", 'email: {rate: "20 per hour", transport')
    office = debtors(offices(rated), 2)
    answer = office.ask(*ONCE)
    assert (answer.code, answer.out) == (3, "planned 2, withheld 0; sent 1\n")
    assert answer.err == "what has no room on a channel with a rate leaves at a later run\n"
    assert office.ask("run", "--once", "--as-of", "2026-12-07T09:03:00+08:00").code == 0


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        (("--max-messages", "2"), ""),
        ((), "limits: {per_run: 2}\n"),
        (("--max-messages", "2"), "limits: {per_run: 5}\n"),
        (("--max-messages", "5"), "limits: {per_run: 2}\n"),
    ],
)
def test_a_run_stops_at_its_ceiling_says_so_and_ends_with_3(
    offices: Callable[[str], Office], words: tuple[str, ...], lines: str
) -> None:
    office = debtors(offices(lines + POLICY), 3)
    answer = office.ask(*ONCE, *words)
    assert (answer.code, answer.out) == (3, "planned 3, withheld 0; sent 2\n")
    stop = "limits.per_run: 2 have left; nothing more leaves in this run"
    assert answer.err == f"{stop}\n"
    assert stop in office.ask("status", *NINE).out
    assert office.ask(*ONCE).code == 0
    assert stop not in office.ask("status", *NINE).out


def test_a_ceiling_that_is_just_enough_is_not_worth_a_word(
    offices: Callable[[str], Office],
) -> None:
    office = debtors(offices("limits: {per_day: 3}\n" + POLICY), 3)
    assert office.ask(*ONCE).code == 0
    stops = json.loads(office.ask("status", "--json", *NINE).out)["stops"]
    assert stops == {
        "limits.per_day": "3 have left today; nothing more leaves until 2026-12-08T00:00+08:00"
    }


def test_a_pause_of_everything_is_told_everywhere_and_ends_by_resuming(office: Office) -> None:
    debtors(office, 2)
    assert (
        office.ask("pause", "--all").out
        == "everything is paused; nothing leaves until touchpoints resume --all\n"
    )
    assert "was already paused" in office.ask("pause", "--all").out
    answer = office.ask(*ONCE)
    assert (answer.code, answer.out) == (3, "planned 2, withheld 0; sent 0\n")
    for words in (("status",), ("preview", *NINE), ("explain", "C1", *NINE), ONCE):
        told = office.ask(*words)
        assert "everything is paused since" in told.out + told.err
    # The plan stays: what would leave is still shown.
    lines = office.lines("preview", *NINE, "--format", "jsonl")
    assert [line["verdict"] for line in lines] == ["send", "send"]
    assert office.ask("resume", "--all").out == "everything goes on\n"
    assert office.ask("resume", "--all").out == "everything was not paused\n"
    assert office.ask(*ONCE).out == "planned 0, withheld 0; sent 2\n"


@pytest.mark.parametrize("command", ["pause", "resume"])
@pytest.mark.parametrize("words", [(), ("reminder", "--all")])
def test_one_says_either_a_touchpoint_or_all(
    office: Office, command: str, words: tuple[str, ...]
) -> None:
    answer = office.ask(command, *words)
    assert (answer.code, answer.out) == (2, "")
    assert "name a touchpoint, or say --all" in answer.err
