"""S27: three simulated years have a birthday each; "N days before" works for any N."""

from __future__ import annotations

from pathlib import Path

from tests.office import POLICY, Office

DAYS = {
    "0d": ["2026-03-01", "2027-03-01", "2028-03-01"],
    "-1d": ["2026-02-28", "2027-02-28", "2028-02-29"],
    "-2d": ["2026-02-27", "2027-02-27", "2028-02-28"],
    "-59d": ["2026-01-01", "2027-01-01", "2028-01-02"],
    "-200d": ["2026-08-13", "2027-08-14", "2028-08-13"],
    "3d": ["2026-03-04", "2027-03-04", "2028-03-04"],
}
FIRST = {"-200d": 2027}
"""The first year that is told where it is another than 2026."""
SPAN = ("--from", "2026-01-01T00:00:00+08:00", "--until", "2029-01-01T00:00:00+08:00")
GREETING = POLICY[POLICY.index("  greeting:\n") : POLICY.index("  reminder:")]


def test_any_number_of_days_before_or_after(tmp_path: Path) -> None:
    designs = "".join(
        GREETING.replace("  greeting:", f"  n{offset}:\n    template: greeting").replace(
            "birthday}", f"birthday, offset: {offset}}}", 1
        )
        for offset in DAYS
    )
    policy = POLICY[: POLICY.index("  greeting:")] + designs
    office = Office(tmp_path, policy)
    office.customer(birthday="1990-03-01")
    office.says("C1", "granted", "2025-01-01T00:00")
    days: dict[str, list[str]] = {offset: [] for offset in DAYS}
    keys: dict[str, list[int]] = {offset: [] for offset in DAYS}
    for line in office.lines("simulate", *SPAN, "--format", "jsonl"):
        days[line["touchpoint"][1:]].append(line["send_at"][:10])
        keys[line["touchpoint"][1:]].append(int(line["occurrence"]))
    assert days == DAYS
    assert keys == {offset: [FIRST.get(offset, 2026) + n for n in range(3)] for offset in DAYS}
