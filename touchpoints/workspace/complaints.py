"""What the models find wrong, as complaints in sentences, at the place where it stands."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError

from touchpoints.errors import Complaint
from touchpoints.workspace.document import Document, Remark
from touchpoints.workspace.models import keys_of, section_at
from touchpoints.workspace.names import did_you_mean, listed
from touchpoints.workspace.nodes import KeyPath

_EXPECTED: Mapping[str, str] = {
    "string_type": "expected text",
    "int_type": "expected a whole number",
    "int_parsing": "expected a whole number",
    "int_parsing_size": "expected a smaller number",
    "int_from_float": "expected a whole number",
    "float_type": "expected a number",
    "float_parsing": "expected a number",
    "finite_number": "expected a number",
    "bool_type": "expected true or false",
    "bool_parsing": "expected true or false",
    "dict_type": "expected a mapping of keys and values",
    "model_type": "expected a mapping of keys and values",
    "list_type": "expected a list such as [a, b]",
    "tuple_type": "expected a list such as [a, b]",
    "too_short": "expected at least one entry; remove the key if you mean none",
    "greater_than_equal": "expected at least {ge:g}",
    "less_than_equal": "expected at most {le:g}",
    "literal_error": "expected {expected}",
}


def validate(
    model: type[BaseModel], document: Document, path: KeyPath = (), noun: str = ""
) -> tuple[Any, list[Complaint]]:
    """The section at a key path as a value of its model, or None and what is wrong with it."""
    try:
        return model.model_validate(document.at(path) if path else document.data), []
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False)
    findings = [_Finding(document, path, detail, (noun, model)) for detail in details]
    return None, [found.complaint() for found in _telling(findings)]


class _Finding:
    """One error of a model, brought back to the key path that the file has."""

    def __init__(
        self,
        document: Document,
        base: KeyPath,
        detail: Mapping[str, Any],
        section: tuple[str, type[BaseModel]],
    ) -> None:
        self.document = document
        self.kind: str = detail["type"]
        self.context: Mapping[str, Any] = detail.get("ctx", {})
        self.message: str = detail["msg"]
        self.path, self.beyond = document.known((*base, *detail["loc"]))
        self.hides = document.conceals(self.path)
        self.is_branch = bool(self.beyond) and self.kind != "missing" and self.beyond[-1] != "[key]"
        self._section = section

    def complaint(self) -> Complaint:
        """The finding as a complaint."""
        if self.kind == "missing":
            remark = self._missing(str(self.beyond[-1]))
        elif self.kind == "extra_forbidden":
            remark = self._unknown(str(self.path[-1]))
        elif self.beyond[-1:] == ("[key]",):
            remark = self._bad_key(str(self.path[-1]))
        else:
            remark = self._bad_value()
        return self.document.complain(self.path, remark)

    def _missing(self, key: str) -> Remark:
        noun, model = self._section_of(self.path)
        meaning = keys_of(model).get(key)
        remedy = f"add `{key}`" + (f": {meaning}" if meaning else "")
        return Remark(f"the {noun} has no `{key}`", remedy, "missing-key", key=True)

    def _unknown(self, key: str) -> Remark:
        noun, model = self._section_of(self.path[:-1])
        known = keys_of(model)
        remedy = did_you_mean(key, known) or f"its keys are {listed(known)}"
        return Remark(f"the {noun} has no key `{key}`", remedy, "unknown-key", key=True)

    def _bad_key(self, key: str) -> Remark:
        return Remark(f"`{key}` is not a valid name", self._remedy(key), self.kind, key=True)

    def _bad_value(self) -> Remark:
        code = "type" if self.kind.endswith(("_type", "_parsing")) else self.kind.replace("_", "-")
        code = {"literal-error": "choice", "value-error": "value"}.get(code, code)
        shown = self.document.quoted(self.path)
        if self.hides:
            what = f"{_named(self.path)} is {shown}, and its value does not fit"
        else:
            what = self.context.get("what") or f"{_named(self.path)} is {shown}"
        return Remark(what, self._remedy(self.document.at(self.path)), code)

    def _remedy(self, value: object) -> str:
        near = self.context.get("near")
        question = f"did you mean `{near}`?" if near else ""
        if "remedy" in self.context:
            remedy = str(self.context["remedy"])
        elif self.kind in _EXPECTED:
            remedy = _EXPECTED[self.kind].format(**self.context)
        else:
            remedy = "" if self.hides else self.message.removeprefix("Value error, ")
        if self.kind == "literal_error" and isinstance(value, str):
            question = did_you_mean(value, re.findall("'([^']*)'", self.context["expected"]))
        if self.kind == "string_type" and isinstance(value, int | float):
            remedy += ": put it in quotes"
        return "; ".join(part for part in (remedy, "" if self.hides else question) if part)

    def _section_of(self, path: KeyPath) -> tuple[str, type[BaseModel]]:
        noun, model = self._section
        return (noun, model) if noun else section_at(path)


def _telling(findings: Sequence[_Finding]) -> list[_Finding]:
    """The findings that say most: of the branches of a choice the deepest, and each place once."""
    within = {found.path[:depth] for found in findings for depth in range(len(found.path))}
    telling: dict[tuple[KeyPath, KeyPath], _Finding] = {}
    for found in findings:
        if found.is_branch and found.path in within:
            continue
        mark = (found.path, () if found.is_branch else found.beyond)
        if mark not in telling or (found.is_branch and not found.kind.endswith("_type")):
            telling[mark] = found
    return list(telling.values())


def _named(path: KeyPath) -> str:
    """A value as sentences call it: by its key, or as an entry of the list under a key."""
    if path and isinstance(path[-1], int):
        return f"entry {path[-1] + 1} of `{path[-2]}`"
    return f"`{path[-1]}`" if path else "the file"
