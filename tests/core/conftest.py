"""How hard hypothesis looks: the same examples in every run; `TOUCHPOINTS_EXAMPLES=N` digs deeper.

The usual examples are derived from the tests themselves, so that a run is red only for a reason;
the deep ones are new each time, and what fails is shown as it was found where `TOUCHPOINTS_SHRINK`
is 0: to make a large world small takes minutes.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, Phase, settings

_CHECKS = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)
_PHASES = (Phase.explicit, Phase.reuse, Phase.generate, Phase.target)
if os.environ.get("TOUCHPOINTS_SHRINK") != "0":
    _PHASES = (*_PHASES, Phase.shrink)
settings.register_profile(
    "usual",
    max_examples=55,
    deadline=None,
    derandomize=True,
    phases=_PHASES,
    suppress_health_check=_CHECKS,
)
settings.register_profile(
    "deep",
    max_examples=int(os.environ.get("TOUCHPOINTS_EXAMPLES", "5000")),
    deadline=None,
    phases=_PHASES,
    suppress_health_check=_CHECKS,
)
settings.load_profile("deep" if "TOUCHPOINTS_EXAMPLES" in os.environ else "usual")
