"""How hard hypothesis looks: the same examples in every run; `TOUCHPOINTS_EXAMPLES=N` digs deeper.

The usual examples are derived from the tests themselves, so that a run is red only for a reason;
the deep ones are new each time.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

_CHECKS = (HealthCheck.too_slow, HealthCheck.data_too_large)
settings.register_profile(
    "usual",
    max_examples=200,
    deadline=None,
    derandomize=True,
    suppress_health_check=_CHECKS,
)
settings.register_profile(
    "deep",
    max_examples=int(os.environ.get("TOUCHPOINTS_EXAMPLES", "5000")),
    deadline=None,
    suppress_health_check=_CHECKS,
)
settings.load_profile("deep" if "TOUCHPOINTS_EXAMPLES" in os.environ else "usual")
