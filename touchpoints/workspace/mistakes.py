"""How a check of one value says what is wrong with it."""

from __future__ import annotations

from typing import LiteralString

from pydantic_core import PydanticCustomError


def wrong(
    code: LiteralString, remedy: str, *, what: str = "", near: str | None = None
) -> PydanticCustomError:
    """The error of a value: what to do about it, and, where `KEY is VALUE` does not say it, what.

    `what` and `near` may repeat parts of the value; they are left out where it is a secret.
    """
    return PydanticCustomError(code, "{remedy}", {"remedy": remedy, "what": what, "near": near})
