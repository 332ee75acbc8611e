"""The file channel: one line on disk for each accepted message, whatever happens meanwhile."""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import subprocess
import sys
import textwrap
import time
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from tests.office import child_environment
from touchpoints.channels.conformance import HOSTILE_KEYS, HOSTILE_TEXTS, faults, sample
from touchpoints.channels.file import FileChannel
from touchpoints.core.message import Kind, Outcome

FIELDS = [
    *("key", "customer", "touchpoint", "occurrence", "channel"),
    *("address", "subject", "body", "sent_at", "sha256"),
]


def lines(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_bytes().split(b"\n") if line]


def index(folder: Path) -> list[dict[str, str]]:
    return lines(folder / "messages.jsonl")


@pytest.mark.parametrize(("name", "kind"), [("email", "email"), ("sms", "text")])
def test_the_file_channel_conforms(name: str, kind: Kind) -> None:
    def blocked(folder: Path) -> FileChannel:
        (folder / "blocked" / "messages.jsonl").mkdir(parents=True, exist_ok=True)
        return FileChannel(name, kind, folder / "blocked")

    assert faults(lambda folder: FileChannel(name, kind, folder / "outbox"), blocked) == []


def test_a_text_message_is_a_line_of_its_channel_and_of_the_index(tmp_path: Path) -> None:
    channel = FileChannel("sms", "text", tmp_path / "outbox" / "sms")
    message = sample(channel, text="您好, Ann\u2028!")
    assert channel.send(message).outcome is Outcome.ACCEPTED
    assert sorted(path.name for path in channel_files(tmp_path)) == ["messages.jsonl", "sms.jsonl"]
    (entry,) = index(tmp_path / "outbox" / "sms")
    assert list(entry) == FIELDS
    assert entry == {
        "key": "C1/birthday/2026",
        "customer": "C1",
        "touchpoint": "birthday",
        "occurrence": "2026",
        "channel": "sms",
        "address": "+8613800000000",
        "subject": None,
        "body": "您好, Ann\u2028!",
        "sent_at": "2026-11-24T09:00:00+00:00",
        "sha256": message.sha256,
    }
    assert lines(tmp_path / "outbox" / "sms" / "sms.jsonl") == [entry]
    assert "您好".encode() in (tmp_path / "outbox" / "sms" / "messages.jsonl").read_bytes()


def test_an_email_is_a_file_with_the_very_bytes_and_a_line_of_the_index(tmp_path: Path) -> None:
    channel = FileChannel("email", "email", tmp_path)
    message = sample(channel)
    assert channel.send(message).outcome is Outcome.ACCEPTED
    (path,) = tmp_path.glob("*.eml")
    assert path.read_bytes() == message.content
    parsed = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert parsed["X-Touchpoint-Key"] == "C1/birthday/2026"
    assert [entry["key"] for entry in index(tmp_path)] == ["C1/birthday/2026"]


def test_the_same_key_again_replaces_its_file_and_adds_a_line(tmp_path: Path) -> None:
    channel = FileChannel("email", "email", tmp_path)
    for text in ("first", "second"):
        channel.send(sample(channel, text=text))
    (path,) = tmp_path.glob("*.eml")
    assert b"second" in path.read_bytes()
    assert [entry["body"] for entry in index(tmp_path)] == ["first", "second"]


def test_hostile_keys_each_have_a_file_of_their_own_in_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "outbox"
    channel = FileChannel("email", "email", folder)
    for key in HOSTILE_KEYS:
        assert channel.send(sample(channel, key=key)).outcome is Outcome.ACCEPTED
    assert [path.name for path in tmp_path.iterdir()] == ["outbox"]
    assert len(list(folder.glob("*.eml"))) == len(HOSTILE_KEYS)
    assert [entry["key"] for entry in index(folder)] == list(HOSTILE_KEYS)


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
def test_any_text_is_one_line_for_every_reader(tmp_path: Path, text: str) -> None:
    channel = FileChannel("sms", "text", tmp_path)
    channel.send(sample(channel, text=text))
    (line,) = (tmp_path / "messages.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["body"] == text


def test_several_channels_share_one_folder(tmp_path: Path) -> None:
    for name, kind in (("email", "email"), ("sms", "text"), ("letter", "text")):
        channel = FileChannel(name, kind, tmp_path)  # type: ignore[arg-type]
        channel.send(sample(channel))
    assert [entry["channel"] for entry in index(tmp_path)] == ["email", "sms", "letter"]
    assert [entry["channel"] for entry in lines(tmp_path / "letter.jsonl")] == ["letter"]


@pytest.mark.parametrize("name", ["messages", "a/b", "..", "../x", "a\nb", "a\0b", ""])
def test_a_channel_whose_name_cannot_name_a_file_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="cannot name a file"):
        FileChannel(name, "text", tmp_path)


def test_a_line_torn_by_a_killed_writer_does_not_spoil_the_next(tmp_path: Path) -> None:
    (tmp_path / "messages.jsonl").write_text('{"key": "C0/x/1"}\n{"key": "C1/bir')
    (tmp_path / "sms.jsonl").write_text('{"ke')
    channel = FileChannel("sms", "text", tmp_path)
    channel.send(sample(channel))
    whole, torn, new = (tmp_path / "messages.jsonl").read_text().splitlines()
    assert (json.loads(whole)["key"], torn) == ("C0/x/1", '{"key": "C1/bir')
    assert json.loads(new)["key"] == "C1/birthday/2026"
    assert json.loads((tmp_path / "sms.jsonl").read_text().splitlines()[1]) == json.loads(new)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_is_temporary_and_leaves_no_line(tmp_path: Path) -> None:
    (tmp_path / "messages.jsonl").symlink_to("/dev/full")
    channel = FileChannel("sms", "text", tmp_path)
    receipt = channel.send(sample(channel))
    assert (receipt.outcome, receipt.unreachable) == (Outcome.TEMPORARY, True)
    assert "No space left on device" in receipt.detail
    assert (tmp_path / "sms.jsonl").read_bytes() == b""
    (tmp_path / "messages.jsonl").unlink()
    assert channel.send(sample(channel)).outcome is Outcome.ACCEPTED


def test_a_disk_that_fills_up_inside_a_line_keeps_no_part_of_it(tmp_path: Path) -> None:
    channel = FileChannel("sms", "text", tmp_path)
    channel.send(sample(channel))
    size = (tmp_path / "messages.jsonl").stat().st_size
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 20, before[1]))
    try:
        receipt = channel.send(sample(channel, key="C2/birthday/2026"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert (receipt.outcome, receipt.unreachable) == (Outcome.TEMPORARY, True)
    assert channel.send(sample(channel, key="C3/birthday/2026")).outcome is Outcome.ACCEPTED
    for name in ("messages.jsonl", "sms.jsonl"):
        assert [entry["customer"] for entry in lines(tmp_path / name)] == ["C1", "C3"]


@pytest.mark.skipif(sys.platform != "linux", reason="only there /dev/null cannot be synced")
def test_a_line_that_cannot_be_forced_to_disk_leaves_the_message_in_doubt(tmp_path: Path) -> None:
    (tmp_path / "messages.jsonl").symlink_to("/dev/null")
    channel = FileChannel("sms", "text", tmp_path)
    receipt = channel.send(sample(channel))
    assert (receipt.outcome, receipt.unreachable) == (Outcome.IN_DOUBT, False)
    assert "may lack a line" in receipt.detail


def test_a_folder_that_cannot_be_is_temporary(tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("a file where the folder should be")
    channel = FileChannel("email", "email", tmp_path / "outbox")
    receipt = channel.send(sample(channel))
    assert (receipt.outcome, receipt.unreachable) == (Outcome.TEMPORARY, True)
    assert "File exists" in receipt.detail


def test_a_receipt_names_no_customer_even_where_the_key_does(tmp_path: Path) -> None:
    channel = FileChannel("email", "email", tmp_path)
    message = sample(channel, key="ann@x.example/birthday/2026")._replace(address="ann@x.example")
    (tmp_path / "messages.jsonl").mkdir()
    assert "ann@x" not in channel.send(message).detail


WRITER = textwrap.dedent("""
    import sys
    from pathlib import Path
    from touchpoints.channels.conformance import sample
    from touchpoints.channels.file import FileChannel

    channel = FileChannel(sys.argv[2], sys.argv[3], Path(sys.argv[1]))
    for number in range(100_000):
        message = sample(channel, key=f"C{number}/{sys.argv[4]}/1", text="x" * 50_000)
        print(message.key if channel.send(message).outcome == "accepted" else "lost", flush=True)
""")


def writer(folder: Path, name: str, kind: str, run: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITER, str(folder), name, kind, f"run{run}"]
    environment = child_environment(PYTHONPATH=os.pathsep.join(sys.path))
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)


def test_after_kills_in_mid_append_every_accepted_message_is_there(tmp_path: Path) -> None:
    accepted: list[str] = []
    chance = random.Random(7)
    for run in range(3):
        both = [writer(tmp_path, "sms", "text", run), writer(tmp_path, "email", "email", run + 10)]
        assert all(process.stdout is not None for process in both)
        accepted += [process.stdout.readline().strip() for process in both]  # type: ignore[union-attr]
        time.sleep(chance.uniform(0.02, 0.2))
        for process in both:
            process.send_signal(signal.SIGKILL)
            accepted += process.communicate()[0].split()
    channel = FileChannel("sms", "text", tmp_path)
    assert channel.send(sample(channel)).outcome is Outcome.ACCEPTED
    found = []
    for line in (tmp_path / "messages.jsonl").read_text().splitlines():
        try:
            found.append(json.loads(line)["key"])
        except json.JSONDecodeError:
            assert line.startswith('{"key"')  # torn by a kill: the start of one line, alone
    assert set(accepted) <= set(found)
    assert found[-1] == "C1/birthday/2026"


def channel_files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]
