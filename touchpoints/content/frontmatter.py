"""The front matter of a template file: a few words in YAML between two lines of dashes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError, YAMLWarning

from touchpoints.content.limits import FRONT_MATTER_BYTES
from touchpoints.errors import Complaint, PolicyError

KEYS = ("subject", "preheader", "tone")

_FENCED = re.compile(r"---[ \t]*\n(.*?)^---[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Parts:
    """A template file in two: its front matter, and the text with the line on which it starts."""

    front: Mapping[str, str]
    lines: Mapping[str, int]
    body: str
    body_line: int


def split(text: str, file: str) -> Parts:
    """Cut a template file into front matter and text. Raises PolicyError for broken YAML."""
    text = text.replace("\r\n", "\n")
    fenced = _FENCED.match(text)
    if fenced is None:
        if text.startswith("---\n"):
            raise _broken(file, 1, 1, "the front matter has no end", "close it with a line ---")
        return Parts({}, {}, text, 1)
    body_line = text.count("\n", 0, fenced.end()) + 1
    front = _front(fenced[1], file)
    lines = {key: _line_of(fenced[1], key) for key in front}
    return Parts(front, lines, text[fenced.end() :], body_line)


def _front(yaml: str, file: str) -> Mapping[str, str]:
    if len(yaml) > FRONT_MATTER_BYTES:
        raise _broken(file, 1, 1, "the front matter is larger than 4 KB", "move text below it")
    quotes = 'quote the text: subject: "{{ … }}"'
    try:
        front = YAML(typ="safe", pure=True).load(yaml)
    except MarkedYAMLError as error:
        mark = error.problem_mark
        line, column = (mark.line + 2, mark.column + 1) if mark else (1, 1)
        raise _broken(file, line, column, f"{error.problem}", quotes) from error
    except (YAMLError, YAMLWarning, ValueError, TypeError, RecursionError) as error:
        raise _broken(file, 2, 1, "the front matter is not YAML", quotes) from error
    if front is None:
        return {}
    if not isinstance(front, dict):
        raise _broken(file, 2, 1, "the front matter has no keys", 'write subject: "…"')
    for key, value in front.items():
        if not isinstance(value, str | int | float):
            raise _broken(
                file, _line_of(yaml, str(key)), 1, f"{str(key)[:40]!r} is not a text", quotes
            )
    return {str(key): str(value) for key, value in front.items()}


def _line_of(yaml: str, key: str) -> int:
    """The line of the file on which the front matter has this key."""
    for number, line in enumerate(yaml.split("\n"), 2):
        if line.lstrip("\"'").startswith(key):
            return number
    return 1


def _broken(file: str, line: int, column: int, what: str, remedy: str) -> PolicyError:
    return PolicyError([Complaint(file, line, column, what, remedy, "front-matter")])
