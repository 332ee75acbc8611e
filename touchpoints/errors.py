"""Every error that touchpoints raises on purpose: what, where, and what now.

The text of an error is its whole message; the class carries the exit code of the command line.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


class TouchpointsError(Exception):
    """The base of all errors that touchpoints raises on purpose."""

    exit_code = 1


class UsageError(TouchpointsError):
    """The command, the policy or a template is wrong; nothing was done."""

    exit_code = 2


class StoreError(TouchpointsError):
    """The database could not be opened, read or written; the transaction was rolled back."""


class OwnedElsewhereError(TouchpointsError):
    """Another daemon owns this workspace."""

    exit_code = 4


class RenderError(TouchpointsError):
    """A template could not be rendered for one customer; this message is withheld."""


@dataclass(frozen=True, slots=True)
class Complaint:
    """One thing that is wrong in a file: where, what, and what would be right."""

    file: str
    line: int
    column: int
    what: str
    remedy: str = ""
    code: str = ""
    severity: str = "error"

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}:{self.column}: "
        return where + self.what + (f"; {self.remedy}" if self.remedy else "")


class PolicyError(UsageError):
    """The workspace file or a template has one or more complaints; all are told at once."""

    def __init__(self, complaints: Iterable[Complaint]) -> None:
        self.complaints = tuple(complaints)
        super().__init__("\n".join(str(complaint) for complaint in self.complaints))
