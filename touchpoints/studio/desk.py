"""What lies beside the editor: other texts, people to try it on, words that it may use."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from touchpoints.content.filters import FILTERS
from touchpoints.content.folder import FileName
from touchpoints.core.policy import Touchpoint
from touchpoints.engine.samples import Samples
from touchpoints.engine.texts import kinds_of
from touchpoints.engine.trying import ANYBODY
from touchpoints.engine.vocabulary import LINE, OCCURRENCE, Vocabulary
from touchpoints.errors import StoreError, UsageError
from touchpoints.store.statements import rows
from touchpoints.studio.hostile import HOSTILE
from touchpoints.studio.shelf import Shelf
from touchpoints.studio.studio import Studio
from touchpoints.studio.templates_page import label
from touchpoints.studio.tryout import samples_of
from touchpoints.studio.words import Words
from touchpoints.workspace import Workspace

FEW = 30
"""How many customers are offered by name; any other one by its id."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything that the editor's page shows around the text; `script` is for its script."""

    file: str
    template: str
    others: tuple[tuple[str, str, str], ...]
    touchpoints: tuple[str, ...]
    samples: tuple[str, ...]
    customers: tuple[tuple[str, str], ...]
    locales: tuple[str, ...]
    twists: tuple[str, ...]
    script: Mapping[str, Any]


def desk(studio: Studio, shelf: Shelf, file: str, known: Vocabulary, say: Words) -> Desk:
    """What the editor of a file needs."""
    workspace = studio.workspace()
    template = file.partition("/")[0]
    samples = samples_of(workspace)
    others = dict(shelf.templates()).get(template, ())
    designs = workspace.policy.touchpoints.values()
    users = [each for each in designs if template in each.templates]
    written = {name.locale for each in others if (name := FileName.parse(each))}
    spoken = {str(each.get("locale") or "") for each in samples.customers.values()}
    return Desk(
        file=file,
        template=template,
        others=tuple((each, *_name(each, template)) for each in others),
        touchpoints=tuple(each.name for each in users),
        samples=_people(samples, file),
        customers=_customers(studio, workspace),
        locales=tuple(sorted({*written, *spoken, *known.locales, workspace.policy.locale} - {""})),
        twists=tuple(HOSTILE),
        script={
            "file": file,
            "words": say.page("editor"),
            "records": _records(workspace, users, known, samples),
            "filters": {name: say.texts.get(f"filters.{name}", "") for name in sorted(FILTERS)},
        },
    )


def _people(samples: Samples, file: str) -> tuple[str, ...]:
    """The sample customers; who speaks the language of the file comes first."""
    name = FileName.parse(file.partition("/")[2])
    language = name.locale[:2].lower() if name else ""

    def foreign(sample: str) -> bool:
        return str(samples.customers[sample].get("locale") or "")[:2].lower() != language

    return tuple(sorted(samples.customers, key=foreign)) or (ANYBODY,)


def _name(file: str, template: str) -> tuple[str, str]:
    name = FileName.parse(file) if template[:1] != "_" else None
    return (name.channel, label(file)) if name else ("", file)


def _customers(studio: Studio, workspace: Workspace) -> tuple[tuple[str, str], ...]:
    """The first customers who may get messages, by id and name."""
    try:
        with studio.database(workspace) as database, database.reading() as connection:
            found = rows(
                connection,
                "SELECT id, name, given_name FROM customer WHERE status IS NULL"
                " OR status IN ('', 'active') ORDER BY no LIMIT :few",
                {"few": FEW},
            )
    except (StoreError, UsageError):
        return ()
    return tuple((str(id_), str(name or given or "")) for id_, name, given in found)


def _records(
    workspace: Workspace, users: list[Touchpoint], known: Vocabulary, samples: Samples
) -> dict[str, list[str]]:
    """The records and fields that a text may name: those of the data, else of the samples."""
    facts, events = (set().union(*kinds) for kinds in _kinds(users))
    sampled = {key for each in samples.customers.values() for key in each}
    found: dict[str, Collection[str]] = {
        "customer": known.customer or sampled,
        "company": workspace.company,
        "occurrence": OCCURRENCE,
    }
    if facts:
        found["fact"] = known.fact(facts) or _of(samples.facts, facts)
    if events:
        found["event"] = known.event(events) or _of(samples.events, events)
    if any(each.line for each in users):
        found["line"] = LINE
    return {record: sorted(fields) for record, fields in found.items()}


def _kinds(users: list[Touchpoint]) -> tuple[list[set[str]], list[set[str]]]:
    kinds = [kinds_of(each) for each in users]
    return [facts for facts, _ in kinds], [events for _, events in kinds]


def _of(named: Mapping[str, Mapping[str, Any]], kinds: Collection[str]) -> set[str]:
    return {field for kind in kinds for field in named.get(kind, {})}
