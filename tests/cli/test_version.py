"""`touchpoints version`: the versions that matter for a decision."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

from tests.office import asked


def test_the_versions_of_program_zones_and_holidays_are_told(tmp_path: Path) -> None:
    answer = asked(tmp_path, "version")
    assert answer.code == 0
    lines = dict(line.split(" ", 1) for line in answer.out.splitlines())
    assert lines["touchpoints"] == version("touchpoints")
    assert lines["tzdata"] == version("tzdata")
    assert lines["holidays"] == version("holidays")
    assert set(lines) >= {"python", "sqlite"}
