"""How big and how slow a template may be, and how much it may write."""

from __future__ import annotations

SOURCE_BYTES = 64 * 1024
FRONT_MATTER_BYTES = 4 * 1024
EXPRESSION_CHARACTERS = 4 * 1024
OUTPUT_BYTES = 256 * 1024
SMS_CHARACTERS = 1_600
SUBJECT_CHARACTERS = 300

TAGS = 1_500
TAG_CHARACTERS = 2_000
NODES = 5_000
DEPTH = 50
"""How deep expressions and blocks may nest; Python itself gives up at about 1,000 calls."""
LOOP_DEPTH = 2

STRING_CHARACTERS = 10_000
"""The longest text that one expression may make; many expressions make a long message."""
LARGEST_NUMBER = 10**15
STEPS = 2_000
"""Loop turns and includes in one rendering, all loops together."""
SECONDS = 0.5
"""Processor time for one rendering; a usual one takes 0.0001."""
