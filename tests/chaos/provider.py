"""The provider program: `python -m tests.chaos.provider FOLDER SEED CHANNEL…`, three counters.

It prints its ports as JSON once it listens, heals on SIGUSR1, and ends on SIGTERM.
"""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
from pathlib import Path

from tests.chaos.clock import WorldClock
from tests.chaos.counter import Counter
from tests.chaos.faults import HTTP, SMTP, Faults
from tests.chaos.gateway import Gateway
from tests.chaos.ledger import Ledger
from tests.chaos.postoffice import PostOffice

KEYED, KEYLESS, MAIL = "push", "sms", "email"
CHANNELS = {"keyed": KEYED, "keyless": KEYLESS, "smtp": MAIL}
"""The three kinds of provider, and the channel of the world that each of them serves."""
KEY_LIFE = 86_400.0
LEDGER, CLOCK = "ledger.jsonl", "clock"
"""The files of the provider and of the world's clock in their folder."""


class Provider:
    """The running program, as the harness holds it."""

    def __init__(self, folder: Path, seed: str, channels: list[str]) -> None:
        command = [sys.executable, "-m", "tests.chaos.provider", str(folder), seed, *channels]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self.ports: dict[str, int] = json.loads(self._process.stdout.readline())

    def heal(self) -> None:
        """From now on everything works."""
        self._process.send_signal(signal.SIGUSR1)

    def close(self) -> None:
        """End the program."""
        self._process.terminate()
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()


async def main(folder: Path, seed: str, channels: list[str]) -> None:
    """Serve until told to end."""
    ledger, clock = Ledger(folder / LEDGER), WorldClock(folder / CLOCK)
    counters = [_counter(name, ledger, clock, seed) for name in channels]
    for each in counters:
        await each.open()
    print(json.dumps({each.channel: each.port for each in counters}), flush=True)
    over, loop = asyncio.Event(), asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, over.set)

    def heal() -> None:
        for each in counters:
            each.faults.heal()

    loop.add_signal_handler(signal.SIGUSR1, heal)
    await over.wait()


def _counter(name: str, ledger: Ledger, clock: WorldClock, seed: str) -> Counter:
    if name == MAIL:
        return PostOffice(name, ledger, clock, Faults(f"{seed} {name}", SMTP))
    life = KEY_LIFE if name == KEYED else 0
    return Gateway(name, ledger, clock, Faults(f"{seed} {name}", HTTP), life)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2], sys.argv[3:]))
