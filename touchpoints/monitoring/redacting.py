"""Texts of others, without the addresses that may stand in them."""

from __future__ import annotations

import re

_MAILBOX = re.compile(r"[^\s<>()\[\],;:\"']+@[^\s<>()\[\],;:\"']+")
_PHONE = re.compile(r"(?<![\w.])\+?\d(?:[ ()/-]{0,2}\d){8,}(?![\w.])")
"""Nine digits or more, however they are grouped; a date, a port or an IP address has fewer."""


def redacted(text: str, address: str | None = None) -> str:
    """One line without mailboxes, phone numbers, or the very address that is meant."""
    if address:
        text = re.sub(re.escape(address), "…", text, flags=re.IGNORECASE)
    return " ".join(_PHONE.sub("…", _MAILBOX.sub("…", text)).split())
