"""Several runs as one figure: the median, and all of them."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from measuring import Result


def spread(found: Sequence[float], digits: int = 2) -> Result:
    """Median, least and most, and every run in its order."""
    return {
        "median": round(statistics.median(found), digits),
        "least": round(min(found), digits),
        "most": round(max(found), digits),
        "runs": [round(each, digits) for each in found],
    }
