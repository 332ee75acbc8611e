"""Golden files: what the sample customers get, kept beside the templates to be reviewed in git."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from touchpoints.content.plaintext import plain_text
from touchpoints.content.sms import segments
from touchpoints.engine.trying import Trial, Trials
from touchpoints.engine.writing import put
from touchpoints.errors import UsageError

FOLDER = "golden"
"""The folder inside a template's, with one file for each channel."""

HEAD = "=== "
"""How the line begins that says whose text follows."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One golden file and what the texts say now; None where a text or the file is not there."""

    file: Path
    stored: str | None
    now: str | None
    trials: int

    @property
    def same(self) -> bool:
        """Whether nothing has changed."""
        return self.stored == self.now

    def difference(self, name: str) -> str:
        """What has changed, line by line: `-` as stored, `+` as it is now."""
        before, after = ((text or "").splitlines() for text in (self.stored, self.now))
        lines = difflib.unified_diff(
            before, after, f"{name} (stored)", f"{name} (now)", lineterm=""
        )
        return "\n".join(lines)

    def accept(self) -> None:
        """Store what the texts say now. Raises UsageError where that cannot be written."""
        if any(each.is_symlink() for each in (self.file, *self.file.parents[:2])):
            raise UsageError(f"{self.file} is a link; only files of the templates are written")
        if self.now is None:
            self.file.unlink(missing_ok=True)
            return
        self.file.parent.mkdir(exist_ok=True)
        put(self.file, self.now.encode())


@dataclass(frozen=True, slots=True)
class Tested:
    """What came of trying one template on the sample customers.

    `broken` are the renderings that cannot be made; while there are any, nothing is compared, and
    `outcomes` is empty. `speechless` are texts that no sample customer reads.
    """

    template: str
    made: int
    broken: tuple[Trial, ...]
    outcomes: tuple[Outcome, ...]
    speechless: tuple[str, ...]

    @property
    def changed(self) -> tuple[Outcome, ...]:
        """The golden files that say something else than the texts do."""
        return tuple(each for each in self.outcomes if not each.same)


def tested(trials: Trials, template: str) -> Tested:
    """Try a template on the sample customers, and compare with what is stored."""
    tried = list(trials.of(template))
    broken = tuple(trial for trial in tried if trial.error)
    folder = trials.workspace.templates / template
    return Tested(
        template=template,
        made=len(tried),
        broken=broken,
        outcomes=() if broken else tuple(outcomes(folder, tried)),
        speechless=tuple(trials.speechless(template)),
    )


def outcomes(folder: Path, trials: Sequence[Trial]) -> Iterator[Outcome]:
    """The golden files of one template, those included that no text stands behind any more."""
    by_channel: dict[str, list[Trial]] = {}
    for trial in trials:
        by_channel.setdefault(trial.channel, []).append(trial)
    stored = {file.stem: file for file in sorted((folder / FOLDER).glob("*.txt"))}
    for channel in sorted({*by_channel, *stored}):
        file = folder / FOLDER / f"{channel}.txt"
        before = file.read_text("utf-8", "replace") if file.is_file() else None
        tried = by_channel.get(channel, [])
        yield Outcome(file, before, written(tried) if tried else None, len(tried))


def written(trials: Iterable[Trial]) -> str:
    """Several renderings one after the other, each under a line that says whose it is."""
    return "\n".join(_one(trial) for trial in trials)


def _one(trial: Trial) -> str:
    name = trial.source.file.name
    head = f"{HEAD}{trial.sample} ({trial.locale}), {name}"
    if trial.source.when is not None:
        head += f", when {trial.source.when}"
    rendered = trial.rendered
    if rendered is None:
        return f"{head}\n\nIt cannot be made: {(trial.error or '').rpartition('/')[2]}\n"
    if trial.channel == "sms":
        size = segments(rendered.text)
        head += f", {size.count} × {size.encoding}"
    lines = [head]
    if rendered.sender:
        lines.append(f"From: {rendered.sender}")
    if rendered.subject:
        lines.append(f"Subject: {rendered.subject}")
    body = ["", rendered.text]
    shown = plain_text(rendered.html) if rendered.html else rendered.text
    if rendered.html and shown != rendered.text:
        body += ["", "--- and as HTML", "", shown]
    return "\n".join([*lines, *body, ""])
