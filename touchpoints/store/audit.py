"""The audit: triggers that write down every change of a message, whichever statement makes it."""

from __future__ import annotations

_COLUMNS = "message_no, was, became, at, who, reason, channel, send_at, policy"
_NEW = "NEW.state, NEW.changed_at, NEW.changed_by, NEW.reason, NEW.channel, NEW.send_at, NEW.policy"

AUDIT = (
    f"""
    CREATE TRIGGER message_made AFTER INSERT ON message BEGIN
        INSERT INTO transition ({_COLUMNS}) VALUES (NEW.no, NULL, {_NEW});
    END
    """,
    f"""
    CREATE TRIGGER message_changed AFTER UPDATE OF state, channel, send_at, reason ON message
    WHEN OLD.state <> NEW.state OR OLD.channel IS NOT NEW.channel
        OR OLD.send_at IS NOT NEW.send_at OR OLD.reason IS NOT NEW.reason BEGIN
        INSERT INTO transition ({_COLUMNS}) VALUES (NEW.no, OLD.state, {_NEW});
    END
    """,
)
"""For a new message, and for one whose state, way, time or reason has changed."""
