"""One topic, one message: losers travel as sections of the winner, and share its fate."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.office import POLICY, TEMPLATES, Desk, Office, at, rounds
from touchpoints.channels.recording import RecordingChannel
from touchpoints.clock import FixedClock
from touchpoints.core.message import Channel, Outcome, Receipt
from touchpoints.store.sections import take_along
from touchpoints.store.stamp import Stamp
from touchpoints.store.statements import write

RULES = (
    POLICY.replace("caps: []", "caps: [{name: one-a-day, max: 1, per: 1d}]")
    .replace("touchpoints:\n", "topics: {birthday: {losers: merge}}\ntouchpoints:\n")
    .replace(
        "  reminder:",
        """  points:
    moment: {annual: birthday}
    window: {open: "0d 09:00", close: "0d 20:00"}
    category: marketing
    topic: birthday
    priority: 40
    channels: [email, sms]
  other-points:
    moment: {annual: birthday}
    window: {open: "0d 10:00", close: "0d 20:00"}
    category: marketing
    topic: birthday
    priority: 30
    channels: [email]
  reminder:""",
    )
)
GREETING, POINTS, LATER = "C1/greeting/2026", "C1/points/2026", "C1/other-points/2026"
NINE = "2026-12-07T09:00"
TEXT = "Dear {{ customer.name }}!{% for section in sections %}\n\n* {{ section }}{% endfor %}"
OWN = "You have {{ customer.points|default(0) }} points."
Offices = Callable[[str], Office]


@pytest.fixture
def birthday(offices: Offices) -> Office:
    """One customer, whose birthday three lines of business want to use."""
    office = offices(RULES)
    head = '---\nsubject: "Happy birthday"\n---\n'
    office.write("templates/greeting/email.j2", head + TEXT)
    for name in ("points", "other-points"):
        office.write(f"templates/{name}/email.j2", head + OWN)
        office.write(f"templates/{name}/sms.j2", OWN)
        office.write(f"templates/{name}/section.j2", OWN)
    office.customer(birthday="1990-12-07", points="700")
    office.says("C1", "granted", "2026-01-01T00:00")
    return office


def morning(office: Office, channel: Channel, *times: str) -> None:
    """Plan on the day before, then plan and deliver at these times."""
    clock = FixedClock(at("2026-12-06T10:00"))
    loop = office.loop(clock, email=channel)
    loop.start()
    loop.plan()
    rounds(loop, clock, *times)


def test_the_preview_says_in_which_message_a_loser_travels(birthday: Office) -> None:
    lines = {line.touchpoint: line for line in birthday.preview("2026-12-06T10:00")}
    assert lines["greeting"].verdict == "send"
    assert (lines["points"].reason, lines["points"].merged_into) == ("merged", "greeting/2026")
    assert "a section of greeting 2026 by email at 2026-12-07T09:00" in str(lines["points"].detail)
    assert (lines["other-points"].reason, lines["other-points"].merged_into) == (
        "cap:one-a-day",
        None,
    )
    assert lines["points"].as_line()["merged_into"] == "greeting/2026"
    assert "merged_into" not in lines["greeting"].as_line()


def test_the_winner_holds_the_losers_text_and_both_are_accepted_and_count_once(
    birthday: Office,
) -> None:
    box = RecordingChannel()
    morning(birthday, box, NINE, "2026-12-07T12:00")
    (message,) = box.messages
    assert message.body == "Dear Name C1!\n* You have 700 points."
    assert birthday.states() == {
        GREETING: "accepted",
        POINTS: "accepted: merged",
        LATER: "withheld: cap:one-a-day",
    }
    rows = birthday.messages()
    for name in ("channel", "send_at", "sent_at"):
        assert rows[POINTS][name] == rows[GREETING][name]
    birthday.owes("C1", "L1", "2026-12-10")
    lines = {line.touchpoint: line for line in birthday.preview("2026-12-07T13:00")}
    assert lines["reminder"].reason is not None
    assert "1 of 1 in 1d: greeting at" in str(lines["reminder"].detail)


class Answering(RecordingChannel):
    """A channel that gives these answers in turn, and then accepts."""

    def __init__(self, *outcomes: Outcome) -> None:
        super().__init__()
        self._outcomes = list(outcomes)

    def send(self, message: object) -> Receipt:
        receipt = super().send(message)  # type: ignore[arg-type]
        return Receipt(self._outcomes.pop(0)) if self._outcomes else receipt


@pytest.mark.parametrize(
    ("outcomes", "winner", "section"),
    [
        ([Outcome.TEMPORARY], "retry_wait", "withheld: merged"),
        ([Outcome.PERMANENT], "rejected", "withheld: merged"),
        ([Outcome.IN_DOUBT], "held", "held: merged"),
    ],
)
def test_a_section_shares_the_fate_of_its_message(
    birthday: Office, outcomes: list[Outcome], winner: str, section: str
) -> None:
    morning(birthday, Answering(*outcomes), NINE)
    states = birthday.states()
    assert (states[GREETING], states[POINTS]) == (winner, section)


def test_what_was_tried_again_takes_its_section_along(birthday: Office) -> None:
    box = Answering(Outcome.TEMPORARY)
    morning(birthday, box, NINE, "2026-12-07T09:01")
    assert [message.body.count("700 points") for message in box.messages] == [1, 1]
    assert birthday.states()[POINTS] == "accepted: merged"


def test_what_lost_its_message_for_good_goes_out_by_itself(birthday: Office) -> None:
    birthday.rule(RULES.replace("channels: [email, sms]", "channels: [email]"))
    box = Answering(Outcome.PERMANENT)
    morning(birthday, box, NINE, "2026-12-07T09:01")
    assert box.keys == [GREETING, POINTS]
    assert birthday.states()[POINTS] == "accepted"


RESENDS = RULES.replace("priority: 60", "priority: 60\n    on_doubt: resend")


def test_a_section_in_doubt_is_sent_again_in_the_same_bytes(birthday: Office) -> None:
    birthday.rule(RESENDS)
    box = Answering(Outcome.IN_DOUBT)
    morning(birthday, box, NINE)
    assert birthday.states()[POINTS].startswith("in_doubt")
    morning(birthday, box, "2026-12-07T09:01")
    assert box.messages[0].content == box.messages[1].content
    assert birthday.states()[POINTS] == "accepted: merged"


def test_a_section_in_doubt_stays_so_while_its_message_is_claimed_and_given_back(
    birthday: Office,
) -> None:
    """It is in doubt by the attempt that was made, whenever its message waits for the next one."""
    birthday.rule(RESENDS)
    morning(birthday, Answering(Outcome.IN_DOUBT), NINE)
    with birthday.database.writing() as connection:
        write(
            connection,
            "UPDATE message SET state = 'claimed', send_at = send_at + 60, owner = 'crashed',"
            " changed_by = 'crashed' WHERE touchpoint = 'greeting'",
            {},
        )
    morning(birthday, RecordingChannel(), "2026-12-07T09:03")
    assert birthday.states()[POINTS] == "accepted: merged"


def test_a_plan_that_holds_a_message_in_doubt_holds_what_travelled_in_it(
    birthday: Office,
) -> None:
    birthday.rule(RESENDS)
    morning(birthday, Answering(Outcome.IN_DOUBT), NINE)
    assert birthday.states()[POINTS].startswith("in_doubt")
    birthday.take("customers", {"id": "C1", "status": "closed"})
    morning(birthday, RecordingChannel(), "2026-12-07T09:01")
    states = birthday.states()
    assert (states[GREETING], states[POINTS]) == ("held: in_doubt", "held: merged")


def test_nothing_new_joins_a_message_whose_bytes_are_frozen(birthday: Office) -> None:
    """The second line of business comes when the first attempt may have gone out already."""
    birthday.rule(RESENDS)
    birthday.pause("points", "2026-12-06T09:00")
    box = Answering(Outcome.IN_DOUBT)
    morning(birthday, box, NINE)
    birthday.resume("points")
    morning(birthday, box, "2026-12-07T09:01")
    assert [message.body.count("points") for message in box.messages] == [0, 0]
    assert birthday.states()[POINTS].startswith("withheld")


@pytest.mark.parametrize("doubtful", [False, True])
def test_a_pause_between_claim_and_sending_gives_sections_back(
    birthday: Office, doubtful: bool
) -> None:
    """What may have gone out stays in doubt: it must not travel a second time with another."""
    birthday.rule(RESENDS)
    birthday.customer("C0", birthday="1990-12-07")
    birthday.says("C0", "granted", "2026-01-01T00:00")
    if doubtful:
        morning(birthday, Answering(Outcome.IN_DOUBT, Outcome.IN_DOUBT), NINE)
    again = "2026-12-07T09:01" if doubtful else NINE
    desk = Desk(lambda: birthday.pause("greeting", again))
    morning(birthday, desk, again)
    state = birthday.states()[POINTS]
    if desk.keys == ["C0/greeting/2026"]:
        assert state.startswith("held" if doubtful else "withheld")
    else:
        assert len(desk.keys) == 2


@pytest.mark.parametrize("point", ["claimed", "sending"])
def test_a_crash_leaves_sections_where_their_message_is(birthday: Office, point: str) -> None:
    """Killed between claim and sending everything goes once; while sending, all of it is held."""
    clock, box = FixedClock(at("2026-12-06T10:00")), RecordingChannel()
    loop = birthday.loop(clock, email=box)
    loop.start()
    loop.plan()
    now = int(at(NINE).timestamp())
    with birthday.database.writing() as connection:
        numbers = {key: row["no"] for key, row in birthday.messages().items()}
        take_along(connection, [numbers[POINTS]], Stamp(now, "crashed"))
        write(
            connection,
            "UPDATE message SET state = 'claimed', fence = fence + 1 WHERE no = :no",
            {"no": numbers[GREETING]},
        )
        if point == "sending":
            connection.exec_driver_sql("UPDATE message SET state='sending' WHERE state='claimed'")
    clock.move_to(at(NINE))
    fresh = birthday.loop(clock, email=box)
    fresh.start()
    rounds(fresh, clock, NINE)
    states = birthday.states()
    if point == "claimed":
        assert box.keys == [GREETING]
        assert "700 points" in box.messages[0].body
        assert (states[GREETING], states[POINTS]) == ("accepted", "accepted: merged")
    else:
        assert box.keys == []
        assert (states[GREETING].split(":")[0], states[POINTS]) == ("held", "held: merged")


@pytest.mark.parametrize("section", ["section.zh.j2", "section.j2"])
def test_a_section_that_cannot_be_said_does_not_hold_its_message_back(
    birthday: Office, section: str
) -> None:
    (birthday.folder / "templates/points/section.j2").unlink()
    birthday.write(f"templates/points/{section}", "{{ customer.nothing }}")
    box = RecordingChannel()
    morning(birthday, box, NINE)
    assert [message.body for message in box.messages] == ["Dear Name C1!"]
    assert birthday.states()[GREETING] == "accepted"
    assert birthday.states()[POINTS].startswith("withheld")


def test_a_message_without_a_place_for_sections_takes_none_in(birthday: Office) -> None:
    birthday.write("templates/greeting/email.j2", TEMPLATES["greeting/email.j2"])
    lines = {line.touchpoint: line.reason for line in birthday.preview("2026-12-06T10:00")}
    assert lines["points"] == "cap:one-a-day"


@pytest.mark.parametrize("moment", ["before", "after"])
def test_what_is_rendered_is_what_is_sent_with_its_sections(birthday: Office, moment: str) -> None:
    words = ("greeting", "--customer", "C1", "--channel", "email", "--as-of", at(NINE).isoformat())
    early = birthday.raw("template", "render", *words)
    box = RecordingChannel()
    morning(birthday, box, NINE)
    late = birthday.raw("template", "render", *words)
    assert (early if moment == "before" else late) == box.messages[0].content


@pytest.mark.parametrize("form", ["table", "csv", "jsonl"])
def test_a_section_is_shown_in_every_form_of_a_preview(birthday: Office, form: str) -> None:
    answer = birthday.ask("preview", "--as-of", at(NINE).isoformat(), "--format", form)
    assert answer.code == 0, answer
    assert "merged" in answer.out
