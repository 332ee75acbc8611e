"""S10: a cap of one, and eight workers that race 50 due messages of one customer: one is sent."""

from __future__ import annotations

import subprocess
from collections.abc import Callable

from tests.office import POLICY, TOUCHPOINTS, Office, child_environment

NINE = "2026-12-07T09:00:00+08:00"


def test_eight_workers_send_one_of_fifty(offices: Callable[[str], Office]) -> None:
    office = offices(POLICY.replace("caps: []", "caps: [{name: only-one, max: 1, per: 7d}]"))
    office.customer("C1")
    for number in range(50):
        office.owes("C1", f"L{number}", "2026-12-10")
    racing = [
        subprocess.Popen(
            [*TOUCHPOINTS, "run", "--once", "--as-of", NINE],
            cwd=office.folder,
            env=child_environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for _ in range(8)
    ]
    told = [process.communicate(timeout=120)[0] for process in racing]
    codes = [process.returncode for process in racing]
    assert set(codes) <= {0, 4}, told
    assert 0 in codes
    index = (office.folder / "outbox/messages.jsonl").read_text("utf-8").splitlines()
    assert len(index) == 1
    states = list(office.states().values())
    assert states.count("accepted") == 1
    assert states.count("withheld: cap:only-one") == 49
