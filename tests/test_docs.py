"""The pages under docs tell the truth: every example of a channel passes `check`."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import indent
from typing import Any

import pytest

from touchpoints.channels import open_channel
from touchpoints.channels.answers import Answers, Told
from touchpoints.channels.conformance import sample
from touchpoints.content.body import Body
from touchpoints.core.message import Channel, Outcome
from touchpoints.engine.bodies import RequestBody, tree_of
from touchpoints.engine.checking import Checker
from touchpoints.engine.vocabulary import Vocabulary
from touchpoints.workspace import Workspace, load
from touchpoints.workspace.requests import AnswerSection

GATEWAYS = Path(__file__).resolve().parents[1] / "docs" / "gateways.md"
PAGE = GATEWAYS.read_text("utf-8")
SECTIONS = re.findall(r"^## ([^\n]+)\n(.*?)(?=^## |\Z)", PAGE, re.DOTALL | re.MULTILINE)
EXAMPLES = {
    title: block
    for title, text in SECTIONS
    for block in re.findall(r"^```yaml\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
}
ENVIRONMENT = {
    "TWILIO_ACCOUNT_SID": "AC1",
    "TWILIO_AUTH_TOKEN": "canary-1",
    "VONAGE_API_KEY": "abc",
    "VONAGE_API_SECRET": "canary-2",
    "SLACK_WEBHOOK_URL": "https://hooks.slack.com/services/T0/B0/canary-3",
    "WECOM_ROBOT_KEY": "canary-4",
    "WEBHOOK_SECRET": "whsec_" + "Y2FuYXJ5" * 4,
    "WEBHOOK_SECRET_BEFORE": "whsec_" + "YmVmb3Jl" * 4,
}


PACE = (GATEWAYS.parent / "pace.md").read_text("utf-8")


@pytest.mark.parametrize(
    "block", re.findall(r"^```yaml\n(.*?)^```$", PACE, re.DOTALL | re.MULTILINE)
)
def test_what_the_page_about_pace_shows_is_a_policy(block: str, tmp_path: Path) -> None:
    (tmp_path / "touchpoints.yaml").write_text(f"name: Bank\ntimezone: UTC\n{block}", "utf-8")
    assert load(tmp_path, {}).warnings == ()


def opened(title: str, folder: Path) -> Workspace:
    """A workspace with the example as its only channel."""
    text = f"name: Harbour Bank\ntimezone: UTC\nchannels:\n{indent(EXAMPLES[title], '  ')}"
    (folder / "touchpoints.yaml").write_text(text, "utf-8")
    return load(folder, ENVIRONMENT)


def body(workspace: Workspace) -> Any:
    """What the channel's request says for a sample message."""
    (settings,) = workspace.channels.values()
    key, tree = tree_of(settings)
    message = sample(channel(workspace))
    return RequestBody(Body(tree, key), is_form=key == "form").content(message, None).decode()


def channel(workspace: Workspace) -> Channel:
    (each,) = workspace.channels.values()
    return open_channel(each.name, each.transport, each.kind, each.options, workspace.root)


def test_there_are_two_gateways_two_chat_platforms_and_a_webhook() -> None:
    titles = ["Twilio", "Vonage", "Slack", "WeCom (企业微信)", "A program of your own"]
    assert list(EXAMPLES) == titles


@pytest.mark.parametrize("title", EXAMPLES)
def test_an_example_passes_check_without_a_word(title: str, tmp_path: Path) -> None:
    workspace = opened(title, tmp_path)
    assert [str(each) for each in Checker(workspace, Vocabulary()).everything()] == []
    assert "canary" not in repr(workspace.channels)


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Twilio", "To=%2B8613800000000&From=%2B15005550006&Body=Good+day."),
        (
            "Vonage",
            (
                '{"message_type": "text", "channel": "sms", "to": "8613800000000", '
                '"from": "HarbourBank", "text": "Good day."}'
            ),
        ),
        ("Slack", '{"text": "Good day."}'),
        ("WeCom (企业微信)", '{"msgtype": "text", "text": {"content": "Good day."}}'),
        (
            "A program of your own",
            (
                '{"type": "touchpoints.message", "timestamp": "2026-11-24T09:00:00+00:00", "data": '
                '{"key": "C1/birthday/2026", "customer": "C1", "touchpoint": "birthday", '
                '"occurrence": "2026", "channel": "crm", "address": "+8613800000000", '
                '"body": "Good day.", "subject": ""}}'
            ),
        ),
    ],
)
def test_an_example_says_what_the_gateway_expects(
    title: str, expected: str, tmp_path: Path
) -> None:
    assert body(opened(title, tmp_path)) == expected


@pytest.mark.parametrize(
    ("title", "status", "answer", "outcome", "down"),
    [
        ("Twilio", 201, '{"sid": "SM1"}', Outcome.ACCEPTED, False),
        ("Twilio", 400, '{"code": 21610}', Outcome.PERMANENT, False),
        ("Twilio", 400, '{"code": 21611}', Outcome.TEMPORARY, False),
        ("Vonage", 202, '{"message_uuid": "aa-bb"}', Outcome.ACCEPTED, False),
        ("Vonage", 402, "{}", Outcome.TEMPORARY, True),
        ("Slack", 200, "ok", Outcome.ACCEPTED, False),
        ("Slack", 200, "<html>", Outcome.IN_DOUBT, True),
        ("Slack", 400, "invalid_payload", Outcome.PERMANENT, False),
        ("Slack", 404, "no_service", Outcome.TEMPORARY, True),
        ("WeCom (企业微信)", 200, '{"errcode": 0, "errmsg": "ok"}', Outcome.ACCEPTED, False),
        ("WeCom (企业微信)", 200, '{"errcode": 45009}', Outcome.TEMPORARY, False),
        ("WeCom (企业微信)", 200, '{"errcode": 93000}', Outcome.TEMPORARY, True),
        ("WeCom (企业微信)", 200, '{"errcode": 40008}', Outcome.PERMANENT, False),
        ("WeCom (企业微信)", 200, '{"errcode": -1}', Outcome.IN_DOUBT, True),
    ],
)
def test_an_example_takes_an_answer_for_what_it_means(
    title: str, status: int, answer: str, outcome: Outcome, down: bool, tmp_path: Path
) -> None:
    workspace = opened(title, tmp_path)
    (settings,) = workspace.channels.values()
    options: Any = settings.options
    rules = [AnswerSection.model_validate(each) for each in options.get("answers", ())]
    answers = Answers(rules, options.get("provider_id"), options.get("error"))
    message = sample(channel(workspace))
    receipt = answers.receipt(Told.of(status, {}, answer.encode()), (), message.sent_at)
    assert (receipt.outcome, receipt.unreachable) == (outcome, down)
