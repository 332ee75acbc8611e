"""Customers that no text expects, one click away: what forms and imports bring sooner or later."""

from __future__ import annotations

from collections.abc import Mapping

Fields = Mapping[str, object]

NAMES = ("name", "given_name", "family_name")
KEPT = ("locale", "status")
"""What a customer of whom nothing else is known still has."""

HOSTILE: Mapping[str, str | None] = {
    "markup": '"><img src=x onerror=alert(1)><script>alert(1)</script>',
    "long": ("Maximiliana-Theodora Wolfeschlegelsteinhausenbergerdorff " * 4)[:200],
    "rtl": "\u202eمحمد عبد الله",
    "emoji": "Zoë 🎉👩‍👩‍👧‍👦🇨🇳" + "🎂" * 20,
    "code": "{{ 7*7 }}{% raw %}",
    "header": "Ann\r\nBcc: everyone@evil.example\u2028X-A: 1",
    "link": "【银行】http://evil.example/x reply STOP",
    "marks": "A" + "\u0301" * 500,
    "nothing": None,
}
"""By the word that the page has for it: what stands in every name; None: nothing is known."""


def twisted(fields: Fields, twist: str) -> Fields:
    """A customer with such a name. Raises KeyError for a twist that there is not."""
    name = HOSTILE[twist]
    if name is None:
        return {key: value for key, value in fields.items() if key in KEPT}
    return {**fields, **dict.fromkeys(NAMES, name)}
