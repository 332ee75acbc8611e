"""A real bank's customers, instalments and consents, imported by the command line; one winter."""

from __future__ import annotations

import fcntl
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.office import ROOT, asked
from tests.years.bankpolicy import CAPS, CATEGORIES, GREETING, HOUSE

DATA = ROOT.parent / "shared" / "data" / "bank"
START, UNTIL = "1997-01-31T23:00:00Z", "1997-04-06T22:00:00Z"
"""From February until a week after the clocks have changed; whole years are in `tests.years`."""

POLICY = (
    HOUSE
    + """\
channels:
  email: {EMAIL, from: "Czech Bank <hello@bank.example>", hours: "08:00-21:00"}
  sms: {transport: file, path: outbox, hours: "09:00-20:00"}
"""
    + CATEGORIES
    + CAPS
    + GREETING
    + """\
    template: birthday
  instalment-due:
    moment: {fact: instalment, offset: [-3d, -1d]}
    window: {open: "0d 09:00", close: "0d 20:00"}
    category: service
    topic: payment
    priority: 90
    channels: [email, sms]
    audience: "fact.status == 'open' and fact.amount > 0 and customer.role == 'owner'"
    template: instalment-due
"""
)
"""The rules of a beginner, with the templates that come with touchpoints."""
FILES = {"customers": "customers.csv", "facts": "instalments.csv", "consents": "consents.csv"}


@contextmanager
def _made_once(folder: Path) -> Iterator[bool]:
    """Whether the folder is still to be made: one of pytest's processes does, the others wait."""
    with folder.with_suffix(".lock").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = folder / "done"
        yield not done.exists()
        done.touch()


def _shared(factory: pytest.TempPathFactory, name: str) -> Path:
    """A folder that all processes of this run share."""
    base = factory.getbasetemp()
    return (base.parent if base.name.startswith("popen-") else base) / name


@pytest.fixture(scope="session")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with the whole bank imported and nothing sent yet; not to be written to."""
    if not DATA.is_dir():
        pytest.skip(f"the real bank is not beside this checkout ({DATA.relative_to(ROOT.parent)})")
    folder = _shared(tmp_path_factory, "bank")
    with _made_once(folder) as wanted:
        if wanted:
            shutil.copytree(ROOT / "templates", folder / "templates", dirs_exist_ok=True)
            email = "transport: file, path: outbox"
            (folder / "touchpoints.yaml").write_text(POLICY.replace("EMAIL", email), "utf-8")
            for kind, file in FILES.items():
                answer = asked(folder, "import", kind, str(DATA / file))
                assert answer.code == 0, answer
                (folder / f"{kind}.txt").write_text(answer.out, "utf-8")
    return folder


@pytest.fixture(scope="session")
def winter(bank: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The decisions of these months, as JSON lines."""
    folder = _shared(tmp_path_factory, "bank-1997")
    out = folder / "decisions.jsonl"
    folder.mkdir(exist_ok=True)
    with _made_once(folder) as wanted:
        if wanted:
            began = time.monotonic()
            span = ("--from", START, "--until", UNTIL)
            answer = asked(bank, "simulate", *span, "--format", "jsonl", "--out", str(out))
            assert answer.code == 0, answer
            sys.__stderr__.write(f"\nsimulated a winter in {time.monotonic() - began:.1f} s\n")
    return out


@pytest.fixture
def branch(bank: Path, tmp_path: Path) -> Callable[[str], Path]:
    """A copy of the bank that may be written to, with another transport for its e-mail."""

    def branch(email: str) -> Path:
        shutil.copytree(bank, tmp_path / "branch")
        policy = POLICY.replace("EMAIL", email)
        (tmp_path / "branch" / "touchpoints.yaml").write_text(policy, "utf-8")
        return tmp_path / "branch"

    return branch
