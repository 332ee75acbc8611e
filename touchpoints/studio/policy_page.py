"""The page of the rules: in words, with their lines, and what a changed number would come to."""

from __future__ import annotations

import re

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from touchpoints.core.phrase import When
from touchpoints.engine.learning import vocabulary
from touchpoints.engine.revising import Source, drafted, saved
from touchpoints.engine.rules import Kind, Rule, knob_at, rules_of
from touchpoints.errors import UsageError
from touchpoints.studio.asking import Asked, Paging, address
from touchpoints.studio.difference import HEIGHT, WIDTH, Difference
from touchpoints.studio.studio import Studio
from touchpoints.studio.trials import ChangedValue, Trial, Trials
from touchpoints.workspace.document import FILE_NAME
from touchpoints.workspace.editing import scalar_at

SIZE = 40
"""Touchpoints of one page."""

SECTIONS = ("caps", "gap", "categories", "channels", "lines")
"""What stands on the first page, before the touchpoints."""

FORMS: dict[Kind, re.Pattern[str]] = {
    "number": re.compile(r"\d{1,6}"),
    "duration": re.compile(r"\d{1,6}(m|h|d|w)"),
    "time": re.compile(r"\d{1,2}:\d{2}"),
    "hours": re.compile(r"\d{1,2}:\d{2}-\d{1,2}:\d{2}(, ?\d{1,2}:\d{2}-\d{1,2}:\d{2}){0,5}"),
    "edge": re.compile(r"-?\d{1,3}[dw]( \d{1,2}:\d{2})?"),
    "share": re.compile(r"\d{1,3}(\.\d{1,6})?%"),
}
"""What a value of each kind may look like."""


def routes(studio: Studio) -> APIRouter:
    """The rules, trials of changed values, and saving one."""
    router, page = APIRouter(), PolicyPage(studio)
    router.add_api_route("/policy", page.rules, methods=["GET"])
    router.add_api_route("/policy/try", page.begin, methods=["POST"])
    router.add_api_route("/policy/trial", page.trial, methods=["GET"])
    router.add_api_route("/policy/stop", page.stop, methods=["POST"])
    router.add_api_route("/policy/save", page.save, methods=["POST"])
    return router


class PolicyPage:
    """The policy of one studio, and the changes that are being tried."""

    def __init__(self, studio: Studio) -> None:
        self.studio, self.trials = studio, Trials()

    def rules(self, request: Request) -> Response:
        """Every rule in words, with its line; touchpoints page by page."""
        asked, workspace = Asked(request.query_params), self.studio.workspace()
        number, told = asked.number("page", 1, 10_000), rules_of(workspace)
        touchpoints = [each for each in told if each.section == "touchpoints"]
        shown: dict[str, list[Rule]] = {
            section: [each for each in told if each.section == section]
            for section in SECTIONS
            if number == 1
        }
        shown["touchpoints"] = touchpoints[(number - 1) * SIZE : number * SIZE]
        return self.studio.page(
            request,
            "policy",
            workspace=workspace,
            sections={name: rules for name, rules in shown.items() if rules},
            paging=Paging(number, SIZE, len(touchpoints) > number * SIZE, "/policy", {}),
            file=FILE_NAME,
        )

    def begin(self, request: Request) -> Response:
        """Begin to work out what another value would come to."""
        asked, workspace = Asked(request.state.form), self.studio.workspace()
        found, value = knob_at(workspace, asked.needed("key")), asked.needed("value")
        if found is None:
            raise UsageError("the policy has no such value any more; load the page again")
        rule, knob = found
        if not FORMS[knob.kind].fullmatch(value):
            raise UsageError(f"{value!r} does not fit in the place of {knob.written!r}")
        if value == knob.written:
            raise UsageError(f"it is {value} already; nothing would change")
        source = Source.of(self.studio.root)
        draft = drafted(source, knob.path, value, self.studio.environ)
        node = scalar_at(workspace.tree, knob.path)
        line = 0 if node is None else node.place[0]
        change = ChangedValue(rule.name, knob, value, line)
        trial = self.trials.begin(workspace, change, draft, self.studio.clock.now())
        return RedirectResponse(address("/policy/trial", no=trial.number), 303)

    def trial(self, request: Request) -> Response:
        """How far it is, and then what differs."""
        trial = self._trial(Asked(request.query_params))
        outcome, language = trial.outcome, self.studio.language(request)
        zone = trial.draft.workspace.policy.timezone
        ends = () if outcome is None else outcome.span.seconds
        answer = self.studio.page(
            request,
            "trial",
            trial=trial,
            outcome=outcome,
            difference=None if outcome is None else Difference.of(outcome, zone, language),
            ends=[When(at, zone).told(language) for at in ends],
            size=(WIDTH, HEIGHT),
            fills_up=_fills_up(trial),
            file=FILE_NAME,
        )
        if outcome is None and trial.failure is None and not trial.stopped:
            answer.headers["refresh"] = "1"
        return answer

    def stop(self, request: Request) -> Response:
        """Stop working it out."""
        trial = self._trial(Asked(request.state.form))
        self.trials.stop(trial)
        return RedirectResponse(address("/policy/trial", no=trial.number), 303)

    def save(self, request: Request) -> Response:
        """Write the one value into the file, where nothing else has changed it and it is right."""
        trial, workspace = self._trial(Asked(request.state.form)), self.studio.workspace()
        with self.studio.database(workspace) as database, database.reading() as connection:
            known = vocabulary(connection)
        saved(trial.draft, known)
        return self.studio.page(request, "saved", trial=trial, file=FILE_NAME)

    def _trial(self, asked: Asked) -> Trial:
        trial = self.trials.find(asked.number("no", 1, 2**53))
        if trial is None:
            raise UsageError("this trial is gone; change the value again")
        return trial


def _fills_up(trial: Trial) -> bool:
    """Whether lines or channels take only so much, which a part of the customers never fills."""
    policy = trial.draft.workspace.policy
    capacities = [line.capacity for line in policy.lines.values()]
    capacities += [channel.capacity for channel in policy.channels.values()]
    return any(capacities)
