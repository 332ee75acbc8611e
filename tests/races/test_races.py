"""S10 and S14 on a server: eight processes race, and no cap and no capacity is ever exceeded.

`python -m tests.races --rounds 1000` races for longer.
"""

from __future__ import annotations

from pathlib import Path

from tests.databases import DATABASES, Server
from tests.races.racing import FAULTS, run


def test_eight_processes_never_exceed_what_they_share(server: Server, tmp_path: Path) -> None:
    DATABASES.server = server
    try:
        found = run(tmp_path, processes=8, rounds=4)
    finally:
        DATABASES.server = None
    assert {fault: found[fault] for fault in FAULTS if found[fault]} == {}
    assert (found["letters"], found["rounds"]) == (4, 4)
    assert found["texts"] > 0
