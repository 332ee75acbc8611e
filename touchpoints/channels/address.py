"""Addresses on the wire: what may stand in a header or in an SMTP command, and nothing else."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})*")
_NAMED = re.compile(r'(?:"((?:[^"\\]|\\.)*)"|([^"<>]*)) ?<([^<> ]+)>')
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A sender as the policy writes it: `Harbour Bank <hello@harbour.example>`, or bare."""

    name: str
    address: str

    @property
    def domain(self) -> str:
        """The part after the @, in ASCII."""
        return self.address.rpartition("@")[2]

    @classmethod
    @lru_cache(maxsize=256)
    def parse(cls, text: str) -> Mailbox:
        """Read one mailbox. Raises ValueError for anything that is not exactly one."""
        if _CONTROL.search(text) or len(text) > 500:
            raise ValueError(f"{text[:80]!r} is not a mailbox; expected NAME <LOCAL@DOMAIN>")
        match = _NAMED.fullmatch(text.strip(" "))
        if match is None:
            return cls("", wire_address(text.strip(" ")))
        quoted, plain, address = match.groups()
        name = plain.strip(" ") if quoted is None else re.sub(r"\\(.)", r"\1", quoted)
        return cls(name, wire_address(address))


def wire_address(text: str) -> str:
    """One bare address as headers and SMTP commands take it: the domain in ASCII (IDNA 2008).

    The part before the @ stays as it is; where that is not ASCII, the message needs SMTPUTF8.
    Raises ValueError for everything that is not one plain address: quotes, comments, blanks,
    control characters, a second address.
    """
    if text.isascii():
        if _ADDRESS.fullmatch(text) and len(text) <= 254 and text.index("@") <= 64:
            return text
        raise ValueError(f"{text[:80]!r} is not an e-mail address; expected LOCAL@DOMAIN")
    # Imported here because it takes 30 ms, and few addresses are not ASCII.
    from email_validator import validate_email  # noqa: PLC0415

    checked = validate_email(text, check_deliverability=False)
    return f"{checked.local_part}@{checked.ascii_domain}"
