"""`touchpoints demo`: the whole path, the same every time, and nothing of anybody's overwritten."""

from __future__ import annotations

import email
import email.policy
import json
import re
import shlex
from collections import Counter
from pathlib import Path

import pytest

from tests.office import typed
from touchpoints.cli.bigfigures import drawn
from touchpoints.engine.brief import Brief
from touchpoints.engine.demonstrating import BEGIN, claim, furnish
from touchpoints.engine.importing import ImportRequest, import_file
from touchpoints.engine.planning import preview
from touchpoints.errors import UsageError
from touchpoints.examples.bank import generated
from touchpoints.gates import all_gates
from touchpoints.store.database import Database
from touchpoints.store.ownership import owning
from touchpoints.workspace import load

REASONS = (
    *("blocked", "no_consent", "no_address", "paused", "no_time", "gap"),
    *("cap:one-a-day", "cap:three-a-week", "cap:sms-monthly", "cap:one-birthday-wish"),
)


def index_of(folder: Path) -> list[dict[str, str]]:
    """The index of everything that was sent."""
    lines = (folder / "outbox" / "messages.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The folder of one demo, and what it printed where nobody sits at a terminal."""
    folder = tmp_path_factory.mktemp("demo")
    done = typed(folder, "demo", COLUMNS="80")
    assert (done.returncode, done.stderr) == (0, "")
    return folder / "touchpoints-demo", done.stdout


def test_twenty_messages_of_one_customer_become_one_on_the_channel_she_prefers(
    shown: tuple[Path, str],
) -> None:
    folder, output = shown
    assert "20 → 1" in output
    letters = list((folder / "outbox").glob("C0001_*.eml"))
    assert len(letters) == 1
    assert letters[0].name in output
    letter = email.message_from_bytes(letters[0].read_bytes(), policy=email.policy.default)
    assert "王芳" in str(letter["Subject"])
    sent = index_of(folder)
    assert [each["touchpoint"] for each in sent if each["customer"] == "C0001"] == [
        "cards-birthday-points"
    ]


def test_the_twenty_are_fifteen_sms_three_push_and_two_email_of_five_lines(
    shown: tuple[Path, str],
) -> None:
    designs = load(shown[0], {}).policy.touchpoints.values()
    wishes = [each for each in designs if each.topic == "birthday"]
    assert Counter(each.channels[0] for each in wishes) == {"sms": 15, "push": 3, "email": 2}
    assert len({each.name.partition("-")[0] for each in wishes}) == 5


def test_every_reason_is_shown_and_the_nineteen_are_listed(shown: tuple[Path, str]) -> None:
    output = shown[1]
    for reason in REASONS:
        assert re.search(rf"^  {reason} +\d+ ", output, re.MULTILINE), reason
    listed = re.findall(r"^ +(\d+) +\S+-birthday-\S+ +(?:sms|push|email) .*cap:", output, re.M)
    assert listed == [str(number) for number in range(1, 20)]


def test_a_lunar_birthday_is_greeted_and_a_call_is_invited_while_the_line_is_open(
    shown: tuple[Path, str],
) -> None:
    folder, output = shown
    words = " ".join(output.split())
    assert "C0011 was born on 1958-01-12 of the lunar calendar" in words
    sent = index_of(folder)
    keys = [each["key"] for each in sent]
    assert "C0011/savings-birthday-greeting/L2026" in keys
    assert sum(key.endswith("/L2026") for key in keys) > 1
    reminders = [each for each in sent if each["touchpoint"] == "loans-instalment-due"]
    assert f"{len(reminders)} go out, none after" in words
    assert max(each["sent_at"][:16] for each in reminders) <= "2026-02-28T07:00"
    assert "C0007 in New York gets none, by no_time" in words


def test_what_is_reported_as_sent_lies_in_the_outbox(shown: tuple[Path, str]) -> None:
    folder, output = shown
    sent = index_of(folder)
    by_channel = Counter(each["channel"] for each in sent).most_common()
    assert f"sent {len(sent):>8}  " + ", ".join(f"{n} {name}" for name, n in by_channel) in output
    assert len(list((folder / "outbox").glob("*.eml"))) == dict(by_channel)["email"]
    assert len({each["key"] for each in sent}) == len(sent)


def test_no_line_is_wider_than_the_terminal_or_ends_in_blanks_and_nothing_is_coloured(
    shown: tuple[Path, str],
) -> None:
    lines = shown[1].splitlines()
    assert "\x1b" not in shown[1]
    assert not [line for line in lines if line != line.rstrip()]
    assert not [line for line in lines if len(line) > 80 and " touchpoints" not in line]


def test_every_command_that_the_demo_prints_works_in_its_folder(shown: tuple[Path, str]) -> None:
    folder, output = shown
    words = [
        shlex.split(line, comments=True) for line in output.partition("type next")[2].split("\n")
    ]
    typed_here = [each for each in words if each[:1] in (["cd"], ["touchpoints"])]
    assert typed_here[0] == ["cd", "touchpoints-demo"]
    assert len(typed_here) == 7
    for command in typed_here[1:]:
        done = typed(folder, *command[1:])
        remarks = [line for line in done.stderr.splitlines() if not line.startswith("warning: ")]
        assert (done.returncode, remarks) == (0, []), command


def test_its_texts_are_those_that_were_accepted(shown: tuple[Path, str]) -> None:
    done = typed(shown[0], "template", "test")
    assert (done.returncode, done.stdout) == (0, "136 renderings: as stored\n")


def test_a_second_demo_in_the_same_folder_says_and_writes_the_same(
    shown: tuple[Path, str],
) -> None:
    folder, output = shown
    sent = index_of(folder)
    (folder / "notes.txt").write_text("mine\n", "utf-8")
    again = typed(folder.parent, "demo", COLUMNS="80")
    assert (again.returncode, again.stdout) == (0, output)
    assert index_of(folder) == sent
    assert (folder / "notes.txt").read_text("utf-8") == "mine\n"


@pytest.mark.parametrize("name", ["touchpoints.yaml", "holiday.jpg"])
def test_a_folder_with_anything_else_in_it_is_refused_and_not_touched(
    tmp_path: Path, name: str
) -> None:
    (tmp_path / name).write_text("name: mine\n", "utf-8")
    refused = typed(tmp_path, "demo", ".")
    assert refused.returncode == 2
    assert "holds something that the demo did not make" in refused.stderr
    assert [file.name for file in tmp_path.iterdir()] == [name]


def test_a_demo_whose_daemon_runs_is_left_alone(tmp_path: Path) -> None:
    claim(tmp_path)
    furnish(tmp_path, 1)
    policy = tmp_path / "touchpoints.yaml"
    policy.write_text(policy.read_text("utf-8") + "# mine\n", "utf-8")
    with owning(tmp_path / "touchpoints.db"):
        refused = typed(tmp_path, "demo", ".")
    assert refused.returncode == 4
    assert policy.read_text("utf-8").endswith("# mine\n")


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_whatever_the_seed_every_reason_occurs_and_she_gets_one_of_twenty(
    tmp_path: Path, seed: int
) -> None:
    claim(tmp_path)
    furnished = furnish(tmp_path, seed)
    workspace = load(tmp_path, {})
    database = Database(workspace.database)
    for kind, file in furnished.files.items():
        summary = import_file(ImportRequest(kind, file, BEGIN.date()), database, workspace.policy)
        assert summary.rejections == 0
    decisions = list(preview(database, Brief.of(workspace, BEGIN), all_gates()).decisions())
    database.close()
    assert set(REASONS) <= {each.reason for each in decisions}
    hers = [each for each in decisions if each.customer == "C0001"]
    assert len(hers) == 20
    assert [(each.touchpoint, each.channel) for each in hers if each.verdict == "send"] == [
        ("cards-birthday-points", "email")
    ]
    reminded = {each.customer for each in decisions if each.touchpoint == "loans-instalment-due"}
    assert "C0002" in reminded
    assert not [each for each in decisions if each.customer == "C0002" and each.reason == "gap"]


def test_the_same_seed_makes_the_same_bank_and_another_one_another() -> None:
    assert generated(5).rows == generated(5).rows
    assert generated(5).rows != generated(6).rows
    people = generated(5).rows["customers"]
    assert len(people) == 1_000
    assert len({person["timezone"] for person in people}) > 4
    assert sum(person["birthday"].endswith("02-29") for person in people) > 5


def test_a_folder_that_cannot_be_made_is_told_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(Exception, match="name a DIR that may be written to") as told:
        claim(tmp_path / "file" / "demo")
    assert not isinstance(told.value, UsageError)


def test_figures_are_drawn_on_three_lines_of_the_same_width() -> None:
    lines = drawn("20 → 1").split("\n")
    assert len(lines) == 3
    assert len({len(line) for line in lines}) == 1
