"""The front matter of a template file: a few words in YAML between two lines of dashes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError, YAMLWarning

from touchpoints.content.frontlines import read_lines
from touchpoints.content.limits import FRONT_MATTER_BYTES
from touchpoints.errors import Complaint, PolicyError

TEXTS = ("subject", "preheader", "from", "tone", "when")
"""Keys that hold one text. `subject` and `preheader` are template text themselves."""
VARIABLES = "variables"
KEYS = (*TEXTS, VARIABLES)

_FENCED = re.compile(r"---[ \t]*\n(.*?)^---[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_FIELD = re.compile(r"(customer|fact|event|company|occurrence)\.([^\W\d_]\w*)")


@dataclass(frozen=True, slots=True)
class Variable:
    """A field that a text needs: what it may look like, and what stands in where it is blank."""

    record: str
    field: str
    line: int
    sample: object = None
    default: str | None = None


@dataclass(frozen=True, slots=True)
class Parts:
    """A template file in two: its front matter, and the text with the line on which it starts."""

    front: Mapping[str, str]
    lines: Mapping[str, int]
    body: str
    body_line: int
    variables: tuple[Variable, ...] = field(default=())


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
    variables = _variables(front.pop(VARIABLES, None), fenced[1], file)
    texts = {key: str(value) for key, value in front.items()}
    return Parts(texts, lines, text[fenced.end() :], body_line, variables)


def read_yaml(text: str) -> object:
    """What a text in YAML 1.2 says. Raises YAMLError."""
    return YAML(typ="safe", pure=True).load(text)


def _read(yaml: str) -> object:
    with suppress(YAMLError, YAMLWarning, ValueError, TypeError):
        usual = read_lines(yaml, KEYS, read_yaml)
        if usual is not None:
            return usual
    return read_yaml(yaml)  # which also says where something is wrong


def _front(yaml: str, file: str) -> dict[str, object]:
    if len(yaml) > FRONT_MATTER_BYTES:
        raise _broken(file, 1, 1, "the front matter is larger than 4 KB", "move text below it")
    quotes = 'quote the text: subject: "{{ … }}"'
    try:
        front = _read(yaml)
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
        if key != VARIABLES and not isinstance(value, str | int | float):
            raise _broken(
                file, _line_of(yaml, str(key)), 1, f"{str(key)[:40]!r} is not a text", quotes
            )
    return {str(key): value for key, value in front.items()}


def _variables(declared: object, yaml: str, file: str) -> tuple[Variable, ...]:
    """The declared fields: `record.field: sample`, or `record.field: {sample: …, default: …}`."""
    if declared is None:
        return ()
    if not isinstance(declared, dict):
        remedy = "write a line for each, such as customer.given_name: Ann"
        raise _broken(file, _line_of(yaml, VARIABLES), 1, "variables has no fields", remedy)
    return tuple(
        _variable(str(name), value, max(_line_of(yaml, str(name)), _line_of(yaml, VARIABLES)), file)
        for name, value in declared.items()
    )


def _variable(name: str, value: object, line: int, file: str) -> Variable:
    named = _FIELD.fullmatch(name)
    if named is None:
        remedy = "name a record and a field, such as customer.given_name or fact.amount"
        raise _broken(file, line, 3, f"{name[:40]!r} is not a field", remedy)
    if not isinstance(value, dict):
        return Variable(named[1], named[2], line, sample=value)
    wrong = next((key for key in value if key not in {"sample", "default"}), None)
    if wrong is not None:
        what = f"{str(wrong)[:40]!r} is not a key of a variable"
        raise _broken(file, line, 3, what, "its keys are sample and default")
    default = value.get("default")
    shown = None if default is None else str(default)
    return Variable(named[1], named[2], line, sample=value.get("sample"), default=shown)


def _line_of(yaml: str, key: str) -> int:
    """The line of the file on which the front matter has this key."""
    for number, line in enumerate(yaml.split("\n"), 2):
        if line.lstrip(" \"'").startswith(key):
            return number
    return 1


def _broken(file: str, line: int, column: int, what: str, remedy: str) -> PolicyError:
    return PolicyError([Complaint(file, line, column, what, remedy, "front-matter")])
