"""`python -m tests.races --rounds 1000`: eight workers race on PostgreSQL; no cap is exceeded."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

from tests.databases import DATABASES, Server, serving
from tests.races.racing import FAULTS, run


def main() -> int:
    """Race, say what was seen as JSON, and end with 1 where a promise was broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=1000)
    parser.add_argument("--processes", type=int, default=8)
    asked = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, serving() as url:
        DATABASES.server = server = Server(url)
        try:
            found = run(Path(folder), asked.processes, asked.rounds)
        finally:
            server.close()
    seconds = round(time.monotonic() - began)
    print(json.dumps({"processes": asked.processes, **found, "seconds": seconds}))
    return int(any(found[fault] for fault in FAULTS))


if __name__ == "__main__":
    sys.exit(main())
