"""Every sentence that a rule or a decision is explained with, in English and Chinese: one table.

Places in braces have the same names in both languages; `touchpoints.core.phrase` fills them. The
English of details is also what is stored and printed as JSON, so it stays as it stands.
"""

from __future__ import annotations

from collections.abc import Mapping

from touchpoints.core.sentences.changes import CHANGES
from touchpoints.core.sentences.details import DETAILS, PASSED, PIECES, REASONS
from touchpoints.core.sentences.layout import LAYOUT
from touchpoints.core.sentences.rules import RULES

LANGUAGES = ("en", "zh")
ENGLISH = LANGUAGES[0]

COMMAS = {"en": ", ", "zh": "、"}
DAY_TO_DAY = {"en": "–", "zh": "至"}
WEEKDAYS = {
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "zh": ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
}
UNITS = {
    "en": {
        "m": ("minute", "minutes"),
        "h": ("hour", "hours"),
        "d": ("day", "days"),
        "w": ("week", "weeks"),
        "bd": ("business day", "business days"),
    },
    "zh": {
        "m": ("分钟", "分钟"),
        "h": ("小时", "小时"),
        "d": ("天", "天"),
        "w": ("周", "周"),
        "bd": ("个工作日", "个工作日"),
    },
}
"""Each unit of a duration: for one, and for more."""

SENTENCES: Mapping[str, Mapping[str, str]] = {
    key: dict(zip(LANGUAGES, pair, strict=True))
    for part in (DETAILS, REASONS, PASSED, PIECES, CHANGES, LAYOUT, RULES)
    for key, pair in part.items()
}
"""Each sentence by its key and language."""
