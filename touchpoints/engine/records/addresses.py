"""Addresses that a message can be sent to; each reader raises ValueError for what is none."""

from __future__ import annotations

import re
from functools import lru_cache

from email_validator import EmailNotValidError, validate_email

LONGEST = 500

_LOCAL = re.compile(r"(?!.{65})[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*")
_DOMAIN = re.compile(
    r"(?!.{190})(?!.*--)(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)
_RESERVED = ("arpa", "invalid", "local", "localhost", "onion", "test")
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_BETWEEN_DIGITS = str.maketrans("", "", " \u00a0\u2009\u202f.()-\u2010\u2011\u2013")


def email_address(text: str) -> str:
    """An e-mail address with its domain in ASCII and small letters.

    Plain addresses are told by a narrow pattern; all others, at 50 times the cost, by the rules of
    email-validator: no quotes, no comments, no address literals, no reserved domains.
    """
    local, _, domain = text.partition("@")
    plain = _plain_domain(domain)
    if plain is not None and _LOCAL.fullmatch(local):
        return f"{local}@{plain}"
    return _checked(text)


@lru_cache(maxsize=10_000)
def _plain_domain(domain: str) -> str | None:
    """A domain that is beyond doubt, in small letters; None where the library must judge."""
    reserved = domain.lower().rpartition(".")[2] in _RESERVED
    return domain.lower() if _DOMAIN.fullmatch(domain) and not reserved else None


def _checked(text: str) -> str:
    try:
        if len(text) > 320:
            raise EmailNotValidError("too long")
        found = validate_email(text, strict=True, check_deliverability=False)
    except EmailNotValidError:
        raise ValueError("is not a valid address") from None
    return f"{found.local_part}@{found.ascii_domain}"


def phone_number(text: str) -> str:
    """A phone number in E.164 form: `+`, country, number; spaces, dots, dashes and such left out.

    A national zero in brackets, as in `+44 (0)20`, is not guessed away.
    """
    if _E164.fullmatch(text):
        return text
    number = text.translate(_BETWEEN_DIGITS)
    if "(0)" in text or not _E164.fullmatch(number):
        raise ValueError("is not a number in international form such as +420633939463")
    return number


def other_address(text: str) -> str:
    """An address of any other channel: a device, an account, a room."""
    if len(text) > LONGEST or not text.isprintable():
        raise ValueError(f"is not an address of at most {LONGEST} printable characters")
    return text
