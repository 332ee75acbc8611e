"""What is under deploy fits the program: files to copy exist, units pass systemd's check."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from touchpoints.cli import COMMANDS
from touchpoints.cli.run import run

ROOT = Path(__file__).resolve().parents[1]
DEPLOY = ROOT / "deploy"
UNITS = ("touchpoints.service", "touchpoints-once.service", "touchpoints-once.timer")
PAGE = (ROOT / "docs" / "operating.md").read_text("utf-8")


def instructions() -> list[tuple[str, str]]:
    """The instructions of the Containerfile, as (word, rest)."""
    text = (DEPLOY / "Containerfile").read_text("utf-8")
    lines = re.sub(r"^#.*\n", "", text, flags=re.MULTILINE).replace("\\\n", " ").splitlines()
    return [
        (word, rest.strip()) for word, _, rest in (line.partition(" ") for line in lines) if word
    ]


def test_every_file_that_the_image_copies_is_there_and_enough_to_build_from() -> None:
    copied = [rest.split()[:-1] for word, rest in instructions() if word == "COPY"]
    sources = {source for each in copied for source in each if not each[0].startswith("--from")}
    assert [source for source in sources if not (ROOT / source).exists()] == []
    assert {"pyproject.toml", "README.md", "LICENSE", "touchpoints", "templates"} <= sources


def test_the_image_runs_the_daemon_as_somebody_who_is_not_root_and_holds_no_secret() -> None:
    found = dict(instructions())
    assert (json.loads(found["ENTRYPOINT"]), json.loads(found["CMD"])) == (["touchpoints"], ["run"])
    assert found["STOPSIGNAL"] == "SIGTERM"
    assert found["USER"] not in {"root", "0", "0:0"}
    names = {parameter.envvar for parameter in run.params} | {"TOUCHPOINTS_WORKSPACE"}
    environment = dict(each.split("=", 1) for each in shlex.split(found["ENV"]))
    assert {name for name in environment if name.startswith("TOUCHPOINTS_")} <= names
    (check,) = (rest for word, rest in instructions() if word == "HEALTHCHECK")
    code = json.loads(check.partition("CMD ")[2])[2]
    compile(code, "HEALTHCHECK", "exec")
    assert "/healthz" in code


def test_the_pinned_versions_are_read_out_of_the_lock_file() -> None:
    (command,) = (rest for word, rest in instructions() if rest.startswith("sed"))
    done = subprocess.run(
        shlex.split(command.partition(">")[0]), cwd=ROOT, capture_output=True, text=True, check=True
    )
    lines = (ROOT / "requirements.lock").read_text("utf-8").splitlines()
    assert len(done.stdout.splitlines()) == sum("==" in line for line in lines)
    pinned = re.compile(r"[\w.-]+==[\w.+!-]+ *(;[^\\]+)?")
    assert [line for line in done.stdout.splitlines() if not pinned.fullmatch(line)] == []


@pytest.mark.parametrize("name", UNITS)
def test_systemd_takes_the_units(name: str, tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd-analyze is not installed")
    for each in UNITS:
        text = (DEPLOY / each).read_text("utf-8")
        # The program need not be installed here.
        program = "/opt/touchpoints/.venv/bin/touchpoints"
        (tmp_path / each).write_text(text.replace(program, "/bin/true"), "utf-8")
    done = subprocess.run(
        [analyze, "verify", f"./{name}"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_commands_on_the_page_exist() -> None:
    known = {name for name, _, _ in COMMANDS}
    blocks = re.findall(r"^```sh\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    spans = re.findall(r"`touchpoints [^`\n]+`", PAGE)
    typed = re.findall(
        r"^(?:`|podman exec touchpoints )?touchpoints ([a-z]+)", "\n".join(blocks + spans), re.M
    )
    assert set(typed) - known == set()
    assert {"run", "status", "outbox"} <= set(typed)
