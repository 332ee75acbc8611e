"""The core's tests read the zones of the tzdata package; `TOUCHPOINTS_EXAMPLES=N` digs deeper."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

from touchpoints.workspace import use_packaged_zones

use_packaged_zones()

_CHECKS = (HealthCheck.too_slow, HealthCheck.data_too_large)
settings.register_profile("usual", max_examples=200, deadline=None, suppress_health_check=_CHECKS)
settings.register_profile(
    "deep",
    max_examples=int(os.environ.get("TOUCHPOINTS_EXAMPLES", "5000")),
    deadline=None,
    suppress_health_check=_CHECKS,
)
settings.load_profile("deep" if "TOUCHPOINTS_EXAMPLES" in os.environ else "usual")
