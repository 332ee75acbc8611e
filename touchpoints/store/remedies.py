"""What a database's errors mean in words, and what to do about each."""

from __future__ import annotations

REMEDIES = {
    "locked": "another program is writing to it; try again when it has finished",
    "disk I/O": "check that the disk works and has room; nothing of this run was stored",
    "full": "make room on the disk and try again; nothing of this run was stored",
    "unable to open": "check that the folder exists and may be written to",
    "readonly": "check that the file and its folder may be written to",
    "read-only": "check that the file and its folder may be written to",
    "not a database": "this file is something else; name another in `database:`",
    "malformed": "the file is damaged; restore it from a backup",
    "no such column": "the tables are not those of touchpoints; name another file",
}
"""A sign in the driver's message, and the way out."""


def in_words(place: str, error: Exception) -> str:
    """Where it happened, what the driver says, and what to do."""
    cause = str(getattr(error, "orig", error))
    remedy = next((words for sign, words in REMEDIES.items() if sign in cause), "")
    return f"{place}: {cause}" + (f"; {remedy}" if remedy else "")
