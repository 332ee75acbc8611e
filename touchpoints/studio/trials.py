"""Changes of the policy that are tried in the background, and can be stopped at any time."""

from __future__ import annotations

from collections import OrderedDict
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from threading import Event, Lock

from touchpoints.engine.revising import Draft
from touchpoints.engine.rules import Knob
from touchpoints.engine.whatif import Outcome, what_if
from touchpoints.store.database import Database
from touchpoints.workspace import Workspace

KEPT = 8
"""Trials that are kept; the oldest one goes, stopped if need be."""


class StoppedError(Exception):
    """Somebody has stopped the trial."""


@dataclass(frozen=True, slots=True)
class ChangedValue:
    """Which value of which rule shall be what, and its line in the file."""

    rule: str
    knob: Knob
    value: str
    line: int


@dataclass
class Trial:
    """One value that is changed for a try; `done` grows from 0 to 1."""

    number: int
    change: ChangedValue
    draft: Draft
    as_of: datetime
    done: float = 0.0
    stop: Event = field(default_factory=Event)
    future: Future[Outcome] | None = None

    @property
    def outcome(self) -> Outcome | None:
        """What differs; None where it is not known, or will not be."""
        future = self.future
        ready = future is not None and future.done() and not future.cancelled()
        return future.result() if ready and future and future.exception() is None else None

    @property
    def stopped(self) -> bool:
        """Whether somebody has stopped it."""
        return self.stop.is_set()

    @property
    def failure(self) -> str | None:
        """Why it came to nothing, where it did."""
        future = self.future
        if self.stopped or future is None or not future.done() or future.cancelled():
            return None
        error = future.exception()
        return None if error is None else str(error) or type(error).__name__

    def share(self, done: float) -> None:
        """Note how much is done. Raises StoppedError."""
        self.done = done
        if self.stopped:
            raise StoppedError


class Trials:
    """The trials of one studio; one at a time is worked out."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._trials: OrderedDict[int, Trial] = OrderedDict()
        self._number = 0
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="what-if")

    def begin(
        self, workspace: Workspace, change: ChangedValue, draft: Draft, as_of: datetime
    ) -> Trial:
        """Begin to try a change; one that is still being worked out is stopped."""
        with self._lock:
            self._number += 1
            trial = Trial(self._number, change, draft, as_of)
            # Whoever tries the next change no longer waits for the one before.
            for old in self._trials.values():
                if old.future is not None and not old.future.done():
                    self.stop(old)
            trial.future = self._worker.submit(_worked_out, workspace, trial)
            self._trials[trial.number] = trial
            while len(self._trials) > KEPT:
                self._trials.popitem(last=False)
        return trial

    def find(self, number: int) -> Trial | None:
        """A trial by its number; None for one that is gone, or of an earlier run."""
        with self._lock:
            return self._trials.get(number)

    @staticmethod
    def stop(trial: Trial) -> None:
        """Stop a trial; what is worked out already stays."""
        if trial.future is not None and not trial.future.done():
            trial.stop.set()
            trial.future.cancel()


def _worked_out(workspace: Workspace, trial: Trial) -> Outcome:
    database = Database(workspace.database, workspace.root)
    try:
        return what_if(database, workspace, trial.draft.workspace, trial.as_of, trial.share)
    finally:
        database.close()
