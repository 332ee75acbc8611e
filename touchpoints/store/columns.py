"""What columns hold, on either database; tables and migrations say it with these words."""

from __future__ import annotations

from sqlalchemy import BigInteger, Integer, String, Text

NUMBER = Integer().with_variant(BigInteger(), "postgresql")
"""An instant in seconds, a day, a count: PostgreSQL's INTEGER would end in 2038."""

WORDS = String().with_variant(Text(collation="C"), "postgresql")
"""A text, in the order of its code points on both."""
