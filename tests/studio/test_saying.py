"""Every sentence that the program may say in the studio is there in Chinese."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.studio.conftest import Visit
from tests.studio.test_writing import HOSTILE, MAIL, SMS, asked
from touchpoints.studio.saying import FOLDER, sentence

ROOT = Path(__file__).resolve().parents[2] / "touchpoints"
CHINESE = re.compile(r"[\u4e00-\u9fff]")
TABLE = tomllib.loads((FOLDER / "sentences.zh.toml").read_text("utf-8"))

NO_SENTENCES = {
    *("content/naming.py", "content/numbers.py", "content/openhours.py", "content/optout.py"),
    *("content/plaintext.py", "content/sms.py", "studio/hostile.py"),
    *("content/coding.py", "content/mould.py"),
    *("workspace/models.py", "workspace/codes.py", "workspace/requests.py"),
}
"""What these hold is told to customers, looked for in texts, written as code, or describes keys."""

ENGINE = (
    *("checking", "golden", "limited", "rendering", "revising", "samples", "texts", "trials"),
    *("trying", "writing"),
)
MODULES = [
    *sorted(ROOT.glob("content/*.py")),
    *sorted(ROOT.glob("studio/*.py")),
    *sorted(ROOT.glob("workspace/*.py")),
    *(ROOT / f"engine/{name}.py" for name in ENGINE),
]

PIECES = {
    # Parts that are put together to a sentence of the table.
    *("{} segment{} of {}{}{}", " ({}, {}, {} units)", ", because of {}", ", {} for each message"),
    *(", or without that character", "no template {}; {}", "templates/{}:{}: {}"),
    *("{}:{}: cannot be compiled: {}", "{}:1: an e-mail needs a subject that says something"),
    *(", message.", "entry {} of `{}`", "the file", "expected at most {le:g}", "Value error, "),
    *("{} is {}, and its value does not fit", "expected at least {ge:g}", "an empty {}", "a {}"),
    *("expected {expected}", ": put it in quotes", "{} is {}", "`{}` is a secret", "{} moment"),
    *(" that everybody who reads this file knows", ", and put the value into the environment"),
    *("`url` is {}", "`offset` is {}", ", by way of {}", '{}: "${API_TOKEN}"'),
    *("{} follows itself{}, so that it never begins", " given, and `backward` is the default"),
    "in a common year a 29 February is kept on 28 February: `leap_day` is not",
    *("`ticks` section", "`limits` section"),
    # Names of what the sandbox does, and of what it finds.
    *("counted items", "counted include", "joined texts", "safe link", "no answer"),
    *("customer has no", "fact has no", "event has no", "{} html"),
    # What golden files hold, and how differences are headed.
    *(", when {}", "{}\n\nIt cannot be made: {}\n", "{} (stored)", "{} (now)", "From: {}"),
    *("Subject: {}", "--- and as HTML"),
}
"""Texts with blanks that are no sentences by themselves."""

NEVER_WORDS = re.compile(
    r"^SELECT |[\\^]|'none'|=\(\)|^---\n|^now: |^<\{\}>$|^\{\} <\{\}>$|: \{\}$"
)
"""Queries, patterns, headers of HTTP, first lines of files, senders and places."""


def template(node: ast.AST) -> str | None:
    """A text of the source with `{}` where a value goes."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(
            str(each.value) if isinstance(each, ast.Constant) else "{}" for each in node.values
        )
    return None


def said(module: Path) -> Iterator[str]:
    """Every text of a module that has blanks in it, and is no docstring."""
    tree = ast.parse(module.read_text("utf-8"))
    skipped = {
        id(inner)
        for node in ast.walk(tree)
        for inner in ([node.value] if isinstance(node, ast.Expr) else getattr(node, "values", []))
        if isinstance(node, ast.Expr | ast.JoinedStr)
    }
    for node in ast.walk(tree):
        text = None if id(node) in skipped else template(node)
        if text and " " in text.strip() and re.search("[A-Za-z]{2}", text.replace("{}", "")):
            yield text


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.relative_to(ROOT).as_posix())
def test_every_sentence_of_a_module_is_there_in_chinese(module: Path) -> None:
    if module.relative_to(ROOT).as_posix() in NO_SENTENCES:
        pytest.skip("it says nothing on a page of the studio")
    known = {*TABLE, *PIECES}
    missing = {text for text in said(module) if text not in known and not NEVER_WORDS.search(text)}
    assert missing == set()


def test_the_table_has_each_value_in_its_place() -> None:
    for english, chinese in TABLE.items():
        slots = {int(place or told) for place, told in re.findall(r"\{(\d)\}|<(\d)>", chinese)}
        assert slots <= set(range(english.count("{}"))), english
        assert chinese != english


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        (
            "birthday/sms.en.j2:1: customer has no 'nam'; did you mean 'name'?",
            "birthday/sms.en.j2:1: customer 没有 'nam'；是不是 'name'？",
        ),
        (
            "it cannot be made for the sample ann (en-GB): customer has no 'cty'",
            "无法为样例 ann（en-GB）生成：customer 没有 'cty'",
        ),
        (
            "412 of 10,000 customers have no given_name: they would get nothing",
            "10,000 位客户中有 412 位没有 given_name，他们将收不到消息",
        ),
        (
            "2 segments of UCS-2, because of '–', 0.1 for each message (ann, en-GB, 90 units)",
            "2 段 UCS-2，因为 '–'，每条 0.1（ann，en-GB，90 单位）",
        ),
        ("nobody has told this one", "nobody has told this one"),
    ],
)
def test_a_sentence_is_told_with_its_values(english: str, chinese: str) -> None:
    assert sentence(english, "zh") == chinese
    assert sentence(english, "en") == english


def chinese(visit: Visit, path: str, **body: Any) -> Any:
    """What a script of ours gets where the page is Chinese."""
    visit.browser.headers["Accept-Language"] = "zh-CN"
    return asked(visit, path, **body)


@pytest.mark.parametrize("file", [SMS, MAIL])
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_what_is_refused_is_refused_in_chinese(visit: Visit, file: str, text: str) -> None:
    ann = {"kind": "sample", "name": "ann"}
    problem = chinese(visit, "/templates/preview", file=file, text=text, **ann)["problem"]
    found = chinese(visit, "/templates/check", file=file, text=text)["findings"]
    told = [problem, *(each["what"] for each in found), *(each["remedy"] for each in found)]
    assert [each for each in told if each and not CHINESE.search(each)] == []


def test_pages_that_cannot_be_shown_and_refusals_at_the_door_are_chinese(visit: Visit) -> None:
    visit.browser.headers["Accept-Language"] = "zh-CN"
    assert "没有客户 &#39;nobody&#39;" in visit.browser.get("/customer?id=nobody").text
    visit.browser.cookies.clear()
    assert "请打开" in visit.browser.get("/templates").text


def test_what_is_wrong_with_the_policy_is_chinese(visit: Visit, bank: Path) -> None:
    visit.browser.headers["Accept-Language"] = "zh-CN"
    file = bank / "touchpoints.yaml"
    policy = file.read_text("utf-8")
    file.write_text(policy.replace("annual:", "annul:").replace("priority: 60", "priority: 600"))
    told = visit.browser.get("/policy").text
    assert "`annul` 不是时机的种类" in told
    assert "是不是 `annual`？" in told
    assert "至多应为 100" in told
