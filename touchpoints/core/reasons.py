"""Reason codes in words: why a message is withheld, and what a gate that passed has seen."""

from __future__ import annotations

from touchpoints.core.phrase import Phrase
from touchpoints.core.sentences import SENTENCES


def reason_in_words(code: str) -> Phrase:
    """`cap:one-a-day` as `cap one-a-day is full`; a code that nobody knows is named."""
    family, _, name = code.partition(":")
    key = "reason.own" if code == "cap:own" else f"reason.{family}"
    return Phrase(key, name=name) if key in SENTENCES else Phrase("reason.other", code=code)


def passed_in_words(gate: str) -> Phrase:
    """`no_consent` as `consent`: what is given where the gate does not refuse."""
    key = f"passed.{gate}"
    return Phrase(key) if key in SENTENCES else Phrase("passed.other", code=gate)


def weight(code: str) -> tuple[int, str]:
    """Orders reason codes like the gates; a code of another package comes last."""
    keys = [key for key in SENTENCES if key.startswith("reason.")]
    key = f"reason.{code.partition(':')[0]}"
    return (keys.index(key) if key in keys else len(keys), code)
