"""The test of the texts on the sample customers: what has changed, and accepting it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from touchpoints.content.catalogue import Catalogue
from touchpoints.content.context import nearest
from touchpoints.engine.golden import HEAD, Outcome, Tested, tested
from touchpoints.engine.limited import Limited
from touchpoints.engine.samples import FILE, Samples, read_samples
from touchpoints.engine.trying import Trials
from touchpoints.errors import PolicyError, UsageError
from touchpoints.studio.asking import Asked, address
from touchpoints.studio.saying import sentence
from touchpoints.studio.studio import Studio
from touchpoints.workspace import Workspace

PLACE = "/templates/test"

MARKS = {"-": "del", "+": "ins"}
"""How a line of a difference begins, and what it is then; all others have stayed the same."""

_PLACE = re.compile(r"@@ -(\d+)\S* \+(\d+)\S* @@")
"""Where a difference goes on: the lines that it skips to, before and now."""


@dataclass(frozen=True, slots=True)
class Change:
    """One golden file that says something else than the texts do, line by line."""

    file: str
    is_new: bool
    is_gone: bool
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one template; `seen` tells these changes from all others."""

    template: str
    made: int
    changes: tuple[Change, ...]
    broken: tuple[tuple[str, str, str], ...]
    speechless: tuple[str, ...]
    seen: str

    @property
    def eventful(self) -> bool:
        """Whether there is something to look at."""
        return bool(self.changes or self.broken or self.speechless)


def routes(studio: Studio) -> APIRouter:
    """The test of all templates or of one, and the button that accepts what it shows."""
    router, page = APIRouter(), TestingPage(studio)
    router.add_api_route(PLACE, page.show, methods=["GET"])
    router.add_api_route(f"{PLACE}/accept", page.accept, methods=["POST"])
    return router


class TestingPage:
    """`touchpoints template test` as a page; the texts are made in a limited child process."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio

    def show(self, request: Request) -> Response:
        """What the sample customers get, compared with what was accepted."""
        asked = Asked(request.query_params)
        workspace, only = self._studio.workspace(), asked.text("template")
        done = asked.number("accepted", 1, 1_000_000) if asked.text("accepted") else 0
        return self._page(request, workspace, _tested(workspace, only), only=only, accepted=done)

    def accept(self, request: Request) -> Response:
        """Store what the texts say now, where it is still what the page has shown."""
        asked = Asked(request.state.form)
        workspace, only = self._studio.workspace(), asked.text("template")
        found = _tested(workspace, only)
        if asked.needed("seen") != _seen(found):
            return self._page(request, workspace, found, only=only, status=409)
        changed = [outcome for each in found for outcome in each.changed]
        for outcome in changed:
            outcome.accept()
        place = address(PLACE, template=asked.text("back"), accepted=len(changed) or None)
        return RedirectResponse(place, 303)

    def _page(
        self,
        request: Request,
        workspace: Workspace,
        found: Sequence[Tested],
        *,
        only: str | None,
        accepted: int = 0,
        status: int = 200,
    ) -> Response:
        language = self._studio.language(request)
        results = [_result(each, workspace, language) for each in found]
        return self._studio.page(
            request,
            "testing",
            status=status,
            only=only,
            eventful=[each for each in results if each.eventful],
            quiet=[each for each in results if not each.eventful],
            made=sum(each.made for each in results),
            changed=sum(len(each.changes) for each in results),
            broken=sum(len(each.broken) for each in results),
            seen=_seen(found),
            accepted=accepted,
            overtaken=status == 409,
            people=bool(_samples(workspace).customers),
        )


def _tested(workspace: Workspace, only: str | None) -> list[Tested]:
    """The results of all templates, or of one. Raises UsageError for one that is not there."""
    catalogue = Catalogue(workspace.templates)
    names = catalogue.names()
    if only is not None and only not in names:
        raise UsageError(f"no template {only[:80]!r}; {nearest(only, names) or 'see the list'}")
    samples = _samples(workspace)
    with Limited(workspace) as child:
        trials = Trials(workspace, catalogue, samples, child)
        return [tested(trials, name) for name in ([only] if only else names)]


def _samples(workspace: Workspace) -> Samples:
    try:
        return read_samples(workspace.templates)
    except PolicyError as error:
        first = error.complaints[0]
        raise UsageError(f"templates/{FILE}:{first.line}: {first.what}") from error


def _result(found: Tested, workspace: Workspace, language: str) -> Result:
    root = f"{workspace.templates}/"
    return Result(
        template=found.template,
        made=found.made,
        changes=tuple(_change(each, workspace) for each in found.changed),
        broken=tuple(
            (each.channel, each.sample, sentence((each.error or "").replace(root, ""), language))
            for each in found.broken
        ),
        speechless=found.speechless,
        seen=_seen([found]),
    )


def _change(outcome: Outcome, workspace: Workspace) -> Change:
    name = outcome.file.relative_to(workspace.templates).as_posix()
    return Change(name, outcome.stored is None, outcome.now is None, tuple(_lines(outcome, name)))


def _lines(outcome: Outcome, name: str) -> Iterator[tuple[str, str]]:
    """The lines of a difference without the two that name its files."""
    for line in outcome.difference(name).splitlines()[2:]:
        place = _PLACE.fullmatch(line)
        if place is None:
            yield MARKS.get(line[:1], "same"), line
        else:
            told = (outcome.stored, place[1]) if outcome.now is None else (outcome.now, place[2])
            if int(told[1]) > 1:
                yield "skip", _whose(told[0] or "", int(told[1]))


def _whose(text: str, line: int) -> str:
    """Whose text a line of a golden file stands in: ann (en-GB), sms.en.j2."""
    before = reversed(text.splitlines()[: line - 1])
    head = next((each for each in before if each.startswith(HEAD)), "")
    return f"… {head.removeprefix(HEAD)}".rstrip()


def _seen(found: Iterable[Tested]) -> str:
    """What tells these changes from all others: the files, what they say, and what they would."""
    told = [
        (each.template, outcome.file.name, outcome.stored, outcome.now)
        for each in found
        for outcome in each.changed
    ]
    return hashlib.sha256(repr(told).encode()).hexdigest()
