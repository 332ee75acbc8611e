"""Whether a text says how to get no more of its kind."""

from __future__ import annotations

import re

_WAYS = re.compile(
    r"\bSTOP\b|unsubscri|opt(?:ing)?[- ]?out|opt_out|stop receiving|no longer (?:wish|want)"
    r"|退订|取消订阅|拒收|回复?\s*TD?\b|回复?T退|停止接收|退訂"
    r"|abmeld|abbestell|austrag|désabonn|désinscri|darse de baja|suscripci|disiscri|annulla l"
    r"|afmeld|uitschrijv|avregistr|odhlás|wypis|отпис|配信停止|수신\s*거부",
    re.IGNORECASE,
)


def says_how_to_stop(text: str) -> bool:
    """Whether there are words, or a link, by which people opt out in some language."""
    return _WAYS.search(text) is not None
