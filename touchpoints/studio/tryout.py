"""Whom a text is tried on, and what it may name then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from touchpoints.content.catalogue import Catalogue, Source, locale_chain
from touchpoints.content.files import Stamp, stamp
from touchpoints.content.folder import FileName
from touchpoints.engine.people import whole_customer
from touchpoints.engine.rendering import Wanted, variables
from touchpoints.engine.samples import FILE, Samples, read_samples
from touchpoints.engine.trying import ANYBODY, Request, Trials
from touchpoints.errors import PolicyError, UsageError
from touchpoints.store import reading
from touchpoints.store.reading import CUSTOMER_COLUMNS
from touchpoints.studio.hostile import HOSTILE, twisted
from touchpoints.studio.studio import Studio
from touchpoints.workspace import Workspace

SAMPLE, CUSTOMER = "sample", "customer"

Place = tuple[str, FileName]
"""A template, and which of its files."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody to try a text on: a sample or a customer of the data, as they are or twisted.

    `kind` is `sample` or `customer`, `name` the sample's name or the customer's id, `twist` one of
    HOSTILE or empty.
    """

    kind: str
    name: str
    twist: str = ""


@dataclass(frozen=True, slots=True)
class Tryout:
    """A text to make for somebody; `own` says whether what it is about is theirs, or made up."""

    request: Request
    own: bool


def samples_of(workspace: Workspace) -> Samples:
    """The samples of a workspace; none where their file cannot be read, which `check` tells."""
    try:
        return _samples(workspace.templates, stamp(workspace.templates / FILE))
    except PolicyError:
        return Samples()


@lru_cache(maxsize=4)
def _samples(templates: Path, written: Stamp | None) -> Samples:  # noqa: ARG001 - it is the key
    """Read once for each version of the file: that takes 10 ms, too long for each letter."""
    return read_samples(templates)


def tryout(studio: Studio, catalogue: Catalogue, place: Place, who: Person, locale: str) -> Tryout:
    """What a text is made from; `locale` is what the customer is to speak.

    Empty stands for the customer's own, where that leads to this file. Raises UsageError.
    """
    template, file = place
    workspace = studio.workspace()
    context, own = _context(studio, catalogue, place, who)
    customer = context["customer"]
    assert isinstance(customer, dict)  # noqa: S101 - made above
    if who.twist:
        if who.twist not in HOSTILE:
            raise UsageError(f"{who.twist[:40]!r} is no such customer")
        context["customer"] = {**twisted(customer, who.twist)}
    spoken = locale or _spoken(catalogue, place, customer, workspace.policy.locale)
    return Tryout(Request(template, file.channel, spoken, context), own)


def _spoken(
    catalogue: Catalogue, place: Place, customer: Mapping[str, object], fallback: str
) -> str:
    """The customer's own locale where it leads to the file, else the file's."""
    template, file = place
    own = str(customer.get("locale") or fallback)
    found = catalogue.find(template, file.channel, (*locale_chain(own, fallback), file.locale))
    return own if found.locale == file.locale else file.locale or own


def _source(catalogue: Catalogue, place: Place) -> Source:
    """The text of a file, its variant where it is one. Raises UsageError."""
    template, file = place
    base = catalogue.find(template, file.channel, (file.locale,))
    return next((each for each in base.variants if each.variant == file.variant), base)


def _context(
    studio: Studio, catalogue: Catalogue, place: Place, who: Person
) -> tuple[dict[str, object], bool]:
    template, file = place
    workspace = studio.workspace()
    trials = Trials(workspace, catalogue, samples_of(workspace))
    if who.kind == SAMPLE:
        fields = trials.samples.customers.get(who.name)
        if fields is None and who.name != ANYBODY:
            raise UsageError(f"no sample {who.name[:80]!r} in templates/samples.yaml")
        anybody = {"locale": file.locale or workspace.policy.locale}
        return trials.context(template, _source(catalogue, place), fields or anybody), True
    with studio.database(workspace) as database:
        designs = workspace.policy.touchpoints.values()
        for design in (each for each in designs if template in each.templates):
            try:
                now = studio.clock.now()
                wanted = Wanted(design, who.name, file.channel)
                return variables(database, workspace, wanted, now)[1], True
            except UsageError:
                continue  # nothing ahead for this customer: what it is about is made up
        with database.reading() as connection:
            numbers = reading.customer_numbers(connection, [who.name])
            if who.name not in numbers:
                raise UsageError(f"no customer {who.name[:80]!r}; check the id, or import it first")
            row = reading.customers(connection, [numbers[who.name]], CUSTOMER_COLUMNS)[0]
    fields = whole_customer(row, CUSTOMER_COLUMNS)
    return trials.context(template, _source(catalogue, place), fields), False
