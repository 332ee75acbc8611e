"""The audit: each state that a message has been in is one row of `transition`.

Triggers write down every change, whichever statement makes it. The first row of new messages is
written for all that are stored together: a trigger of SQLite runs for each row alone, which took
half of the time of storing a message.
"""

from __future__ import annotations

from sqlalchemy import Connection

from touchpoints.store.dialect import dialect_of
from touchpoints.store.statements import rows, write

_COLUMNS = "message_no, was, became, at, who, reason, channel, send_at, policy"
_VALUES = ("state", "changed_at", "changed_by", "reason", "channel", "send_at", "policy")
_NEW = ", ".join(f"NEW.{name}" for name in _VALUES)
_FIRST = f"INSERT INTO transition ({_COLUMNS}) SELECT no, NULL, {', '.join(_VALUES)} FROM"
_WATCHED = ("state", "channel", "send_at", "reason")
_CHANGED = "AFTER UPDATE OF " + ", ".join(_WATCHED) + " ON message"


def _differs(word: str) -> str:
    return " OR ".join(f"OLD.{name} {word} NEW.{name}" for name in _WATCHED)


_SQLITE_CHANGED = (
    f"CREATE TRIGGER message_changed {_CHANGED} WHEN {_differs('IS NOT')} BEGIN"
    f" INSERT INTO transition ({_COLUMNS}) VALUES (NEW.no, OLD.state, {_NEW}); END"
)
_BEGIN = (
    "CREATE FUNCTION message_begin() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    f" {_FIRST} fresh ORDER BY no; RETURN NULL; END $$"
)
_MADE = (
    "CREATE TRIGGER message_made AFTER INSERT ON message REFERENCING NEW TABLE AS fresh"
    " FOR EACH STATEMENT EXECUTE FUNCTION message_begin()"
)
_AUDIT = (
    "CREATE FUNCTION message_audit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    f" INSERT INTO transition ({_COLUMNS}) VALUES (NEW.no, OLD.state, {_NEW});"
    " RETURN NULL; END $$"
)
_CHANGED_ROW = (
    f"CREATE TRIGGER message_changed {_CHANGED} FOR EACH ROW"
    f" WHEN ({_differs('IS DISTINCT FROM')}) EXECUTE FUNCTION message_audit()"
)

TRIGGERS = (
    ("sqlite", _SQLITE_CHANGED),
    ("postgresql", _BEGIN),
    ("postgresql", _MADE),
    ("postgresql", _AUDIT),
    ("postgresql", _CHANGED_ROW),
)
"""For new messages, and for one whose state, way, time or reason has changed; by database."""


def newest(connection: Connection) -> int:
    """The number of the newest message, 0 without any: what is stored later has a higher one."""
    return int(rows(connection, "SELECT COALESCE(MAX(no), 0) FROM message")[0][0])


def note_new(connection: Connection, after: int) -> None:
    """Write the first row of each message with a higher number, where no trigger has done so."""
    if not dialect_of(connection).whole_triggers:
        write(connection, f"{_FIRST} message WHERE no > :after ORDER BY no", {"after": after})
