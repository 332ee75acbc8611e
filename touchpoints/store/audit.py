"""The audit: triggers that write down every change of a message, whichever statement makes it."""

from __future__ import annotations

_COLUMNS = "message_no, was, became, at, who, reason, channel, send_at, policy"
_NEW = "NEW.state, NEW.changed_at, NEW.changed_by, NEW.reason, NEW.channel, NEW.send_at, NEW.policy"
_WATCHED = ("state", "channel", "send_at", "reason")
_CHANGED = "AFTER UPDATE OF " + ", ".join(_WATCHED) + " ON message"


def _differs(word: str) -> str:
    return " OR ".join(f"OLD.{name} {word} NEW.{name}" for name in _WATCHED)


_SQLITE_MADE = (
    "CREATE TRIGGER message_made AFTER INSERT ON message BEGIN"
    f" INSERT INTO transition ({_COLUMNS}) VALUES (NEW.no, NULL, {_NEW}); END"
)
_SQLITE_CHANGED = (
    f"CREATE TRIGGER message_changed {_CHANGED} WHEN {_differs('IS NOT')} BEGIN"
    f" INSERT INTO transition ({_COLUMNS}) VALUES (NEW.no, OLD.state, {_NEW}); END"
)
_AUDIT = (
    "CREATE FUNCTION message_audit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    f" INSERT INTO transition ({_COLUMNS})"
    f" VALUES (NEW.no, CASE TG_OP WHEN 'UPDATE' THEN OLD.state END, {_NEW});"
    " RETURN NULL; END $$"
)
_MADE = (
    "CREATE TRIGGER message_made AFTER INSERT ON message"
    " FOR EACH ROW EXECUTE FUNCTION message_audit()"
)
_CHANGED_ROW = (
    f"CREATE TRIGGER message_changed {_CHANGED} FOR EACH ROW"
    f" WHEN ({_differs('IS DISTINCT FROM')}) EXECUTE FUNCTION message_audit()"
)

TRIGGERS = (
    ("sqlite", _SQLITE_MADE),
    ("sqlite", _SQLITE_CHANGED),
    ("postgresql", _AUDIT),
    ("postgresql", _MADE),
    ("postgresql", _CHANGED_ROW),
)
"""For a new message, and for one whose state, way, time or reason has changed; by database."""
