"""One value of the file is replaced where it stands, and nothing else."""

from __future__ import annotations

import pytest

from touchpoints.errors import UsageError
from touchpoints.workspace.editing import replaced

FILE = """\
# who may be written to, and how often
name: Bank   # a comment
caps:
  - {name: daily, max: 1, per: 1d}   # one a day
  - name: weekly
    max: 3
    per: "7d"
gap: 4h
touchpoints:
  one: &one
    priority: 40
    window: {open: '0d 09:00', close: "1d"}
  two: {<<: *one, at: 09:30}
anchored: &deep 5
secret: ${NUMBER}
"""

CASES = (
    (("caps", 0, "max"), "2", "{name: daily, max: 1,", "{name: daily, max: 2,"),
    (("caps", 0, "per"), "2d", "per: 1d}", "per: 2d}"),
    (("caps", 1, "max"), "12", "max: 3", "max: 12"),
    (("caps", 1, "per"), "14d", 'per: "7d"', 'per: "14d"'),
    (("gap",), "30m", "gap: 4h", "gap: 30m"),
    (("touchpoints", "one", "priority"), "55", "priority: 40", "priority: 55"),
    (("touchpoints", "two", "priority"), "55", "priority: 40", "priority: 55"),
    (("touchpoints", "one", "window", "open"), "-1d 10:00", "'0d 09:00'", "'-1d 10:00'"),
    (("touchpoints", "two", "at"), "10:00", "at: 09:30}", 'at: "10:00"}'),
)


@pytest.mark.parametrize(("path", "value", "before", "after"), CASES)
def test_only_the_value_changes(
    path: tuple[str | int, ...], value: str, before: str, after: str
) -> None:
    assert replaced(FILE, path, value) == FILE.replace(before, after)


@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_line_ends_and_letters_beyond_the_usual_stay(end: str) -> None:
    text = f"name: 海港银行 🎂 # 注释{end}gap: 4h  # 间隔{end}"
    assert replaced(text, ("gap",), "5h") == text.replace("4h", "5h")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("caps", 0, "max"), "2, per: 9d}"),
        (("caps", 0, "max"), "2\nname: x"),
        (("caps", 0, "max"), "&a 2"),
        (("caps", 0, "max"), '2"'),
        (("caps", 0, "max"), ""),
        (("caps", 0), "2"),
        (("caps", 7, "max"), "2"),
        (("anchored",), "6"),
        (("secret",), "6"),
        (("nothing", "here"), "6"),
    ],
)
def test_what_is_more_than_a_value_is_refused(path: tuple[str | int, ...], value: str) -> None:
    with pytest.raises(UsageError):
        replaced(FILE, path, value)
