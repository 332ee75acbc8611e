"""Opening a workspace: one file in, frozen settings or all complaints at once out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from touchpoints.core.policy import Duration
from touchpoints.errors import Complaint, PolicyError
from touchpoints.workspace.building import absolute_database, build_channels, build_policy
from touchpoints.workspace.codes import check_codes
from touchpoints.workspace.complaints import validate
from touchpoints.workspace.document import FILE_NAME, Document, open_document
from touchpoints.workspace.listening import Listen
from touchpoints.workspace.models import WorkspaceSection
from touchpoints.workspace.moments import Occasion, read_occasions
from touchpoints.workspace.reach import check_reach
from touchpoints.workspace.references import check_references
from touchpoints.workspace.regions import use_packaged_zones
from touchpoints.workspace.settings import Limits, Ticks, Workspace
from touchpoints.workspace.transports import check_options


def load(root: Path, environ: Mapping[str, str], text: str | None = None) -> Workspace:
    """The workspace in a folder; `${NAME}` in its file takes values from `environ`.

    `text` stands in for what the file has. Raises PolicyError with every complaint, in its order.
    """
    use_packaged_zones()
    root = root.absolute()
    document, malformed, unset = open_document(root, environ, text)
    places = {(complaint.line, complaint.column) for complaint in unset}
    file, unfit = validate(WorkspaceSection, document)
    occasions, untimely = read_occasions(document)
    further = [*unfit, *untimely, *check_references(document), *check_options(document)]
    further += check_codes(document)
    further = [found for found in further if (found.line, found.column) not in places]
    complaints = _in_order([*malformed, *unset, *further])
    if any(complaint.severity == "error" for complaint in complaints):
        raise PolicyError(complaints)
    return _build(root, document, (file, occasions), complaints)


def _build(
    root: Path,
    document: Document,
    checked: tuple[WorkspaceSection, Mapping[str, Occasion]],
    warnings: Iterable[Complaint],
) -> Workspace:
    file, occasions = checked
    policy = build_policy(file, occasions)
    return Workspace(
        root=root,
        file=root / FILE_NAME,
        name=file.name,
        database=absolute_database(file.database, root),
        policy=policy,
        channels=build_channels(file, root),
        company={"name": file.name, **file.company},
        ticks=Ticks(file.ticks.plan, file.ticks.deliver),
        retention=None if file.retention is None else Duration.parse(file.retention).seconds,
        limits=Limits(file.limits.per_run, file.limits.per_day),
        tree=document.root,
        warnings=_in_order([*warnings, *check_reach(policy, document)]),
        listen=None if file.listen is None else Listen.parse(file.listen),
        checks=file.checks,
        link_hosts=None if file.link_hosts is None else tuple(file.link_hosts),
    )


def _in_order(complaints: Iterable[Complaint]) -> tuple[Complaint, ...]:
    """Complaints in the order of the file, each once, however many aliases lead to it."""
    return tuple(sorted(dict.fromkeys(complaints), key=lambda found: (found.line, found.column)))
