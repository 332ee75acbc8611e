"""S27: three simulated years have a birthday each; "N days before" works for any N."""

from __future__ import annotations

import pytest

from tests.office import POLICY, Office

DAYS = {
    "0d": ["2026-03-01", "2027-03-01", "2028-03-01"],
    "-1d": ["2026-02-28", "2027-02-28", "2028-02-29"],
    "-2d": ["2026-02-27", "2027-02-27", "2028-02-28"],
    "-59d": ["2026-01-01", "2027-01-01", "2028-01-02"],
    "-200d": ["2026-08-13", "2027-08-14", "2028-08-13"],
    "3d": ["2026-03-04", "2027-03-04", "2028-03-04"],
}
SPAN = ("--from", "2026-01-01T00:00:00+08:00", "--until", "2029-01-01T00:00:00+08:00")
GREETING = POLICY[POLICY.index("  greeting:\n") : POLICY.index("  reminder:")]


@pytest.fixture(scope="module")
def lines(
    backend: str, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, list[dict[str, str]]]:
    """Three years of one customer under one touchpoint for each offset."""
    designs = "".join(
        GREETING.replace("  greeting:", f"  n{offset}:\n    template: greeting").replace(
            "birthday}", f"birthday, offset: {offset}}}", 1
        )
        for offset in DAYS
    )
    policy = POLICY[: POLICY.index("  greeting:")] + designs
    office = Office(tmp_path_factory.mktemp("years"), policy)
    office.customer(birthday="1990-03-01")
    office.says("C1", "granted", "2025-01-01T00:00")
    told: dict[str, list[dict[str, str]]] = {offset: [] for offset in DAYS}
    for line in office.lines("simulate", *SPAN, "--format", "jsonl"):
        told[line["touchpoint"][1:]].append(line)
    return told


@pytest.mark.parametrize(("offset", "days"), DAYS.items())
def test_any_number_of_days_before_or_after(
    lines: dict[str, list[dict[str, str]]], offset: str, days: list[str]
) -> None:
    assert [line["send_at"][:10] for line in lines[offset]] == days
    first = 2027 if offset == "-200d" else 2026
    assert [line["occurrence"] for line in lines[offset]] == [
        str(first + number) for number in range(3)
    ]
