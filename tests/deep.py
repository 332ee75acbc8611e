"""The property tests of the plan on very many new worlds: `python -m tests.deep [EXAMPLES]`.

The examples, 100,000 unless said otherwise, are looked at in rounds of 5,000, each in a process of
its own, so that progress shows and what was found survives an interruption.
"""

from __future__ import annotations

import os
import subprocess
import sys

ROUND = 5_000
SHARES = 12.5
"""Examples of all property tests together, for one of the profile: the sum of their shares."""


def main(examples: int) -> int:
    """Run the rounds until one fails; the exit code is that of the last."""
    for done in range(0, examples, ROUND):
        now = min(ROUND, examples - done)
        asked = {"TOUCHPOINTS_EXAMPLES": str(max(10, round(now / SHARES)))}
        command = [sys.executable, "-m", "pytest", "-q", "tests/core/test_core_plan.py"]
        code = subprocess.run(command, env=os.environ | asked, check=False).returncode
        print(f"{done + now:,} of {examples:,} examples", flush=True)
        if code:
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000))
