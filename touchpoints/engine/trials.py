"""What `check` finds when texts are tried on sample customers: failures, lengths and prices."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping

from touchpoints.content.sms import Segments, foreign, segments
from touchpoints.engine.trying import Trial
from touchpoints.errors import Complaint

SUBJECT_COLUMNS = 70
"""Phones show 35 to 45 letters of a subject, mail programs on a desk about 70; 汉字 take two."""

SEGMENTS = 2
"""A text message of more segments is told; one and two are usual, in Chinese above all."""

_PLACE = re.compile(r"^(?P<file>.+?):(?P<line>\d+): (?P<what>.*)$", re.DOTALL)


def trial_findings(trials: Iterable[Trial], costs: Mapping[str, float]) -> Iterator[Complaint]:
    """The findings in tried texts; `costs` are the prices of one message by channel."""
    for trial in trials:
        rendered, file = trial.rendered, str(trial.source.file)
        if rendered is None:
            yield _failed(trial)
            continue
        columns = sum(
            2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in rendered.subject or ""
        )
        if columns > SUBJECT_COLUMNS:
            line = trial.source.front_lines.get("subject", 1)
            what = f"the subject takes {columns} columns for {trial.sample}; about 70 are shown"
            yield Complaint(file, line, 1, what, "say it shorter", "subject-long", "warning")
        if trial.channel == "sms":
            yield from _sized(trial, segments(rendered.text), costs.get(trial.channel, 0.0))


def _failed(trial: Trial) -> Complaint:
    told = _PLACE.match(trial.error or "")
    file = told["file"] if told else str(trial.source.file)
    line = int(told["line"]) if told else 1
    reason = told["what"] if told else trial.error
    what = f"it cannot be made for the sample {trial.sample} ({trial.locale}): {reason}"
    remedy = "give the sample what it lacks, or the text a default"
    return Complaint(file, line, 1, what, remedy, "sample")


def _sized(trial: Trial, size: Segments, cost: float) -> Iterator[Complaint]:
    """Segments and price of one text message, and the character that makes it costly."""
    words = trial.rendered.text if trial.rendered else ""
    costly = costly_character(words)
    why = f", because of {costly!r}" if costly else ""
    price = f", {cost * size.count:.4g} for each message" if cost else ""
    line, column = _place(trial, costly)
    what = f"{size.count} segment{'s' if size.count > 1 else ''} of {size.encoding}{why}{price}"
    what += f" ({trial.sample}, {trial.locale}, {size.length} units)"
    file = str(trial.source.file)
    if size.count > SEGMENTS or (costly and size.count > 1):
        remedy = "say it shorter" + (", or without that character" if why else "")
        yield Complaint(file, line, column, what, remedy, "segments", "warning")
    yield Complaint(file, line, column, what, "", "sms-size", "off")


def costly_character(words: str) -> str | None:
    """What makes a text costly where few of its characters do: a dash or an emoji, not Chinese."""
    costly = foreign(words)
    return costly[0] if 0 < len(costly) * 8 <= len(words) else None


def _place(trial: Trial, character: str | None) -> tuple[int, int]:
    body, first = trial.source.body or "", trial.source.body_line
    if not character or character not in body:
        return first, 1
    before = body[: body.index(character)]
    return first + before.count("\n"), len(before) - before.rfind("\n")
