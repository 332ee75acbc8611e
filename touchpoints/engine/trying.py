"""Texts tried on the sample customers: what each would get, or why it cannot be made."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from touchpoints.content.catalogue import Catalogue, Source, locale_chain
from touchpoints.content.render import Renderer, spoken
from touchpoints.content.variant import Choice
from touchpoints.core.calendar import zone_clock
from touchpoints.core.message import Rendered
from touchpoints.core.policy import Touchpoint
from touchpoints.engine.hourwords import line_hours
from touchpoints.engine.samples import Samples, declared, years_at
from touchpoints.errors import PolicyError, RenderError, UsageError
from touchpoints.moments.event import Event
from touchpoints.moments.fact import Fact
from touchpoints.moments.lapsed import Lapsed
from touchpoints.workspace import Workspace

ANYBODY = "sample"
"""The name of the customer who is made of declared samples, where there are no others."""

Context = dict[str, object]


@dataclass(frozen=True, slots=True)
class Request:
    """One text to make: plain values, so that it can be made in another process too."""

    template: str
    channel: str
    locale: str
    context: Mapping[str, object]


Render = Callable[[Request], Rendered]
"""What makes a text. Raises RenderError or UsageError where it cannot."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What one sample customer would get on one channel, from which file, or why nothing."""

    template: str
    channel: str
    sample: str
    locale: str
    source: Source
    choice: Choice | None = None
    rendered: Rendered | None = None
    error: str | None = None


@dataclass(frozen=True)
class Trials:
    """Tries the texts of a workspace; `render` may make them elsewhere, such as in a child."""

    workspace: Workspace
    catalogue: Catalogue
    samples: Samples = field(default_factory=Samples)
    render: Render | None = None

    @cached_property
    def renderer(self) -> Renderer:
        """One for all templates, so that what they share is compiled once."""
        return Renderer(self.catalogue, self.workspace.policy.locale, self.workspace.longest)

    def of(self, template: str) -> Iterator[Trial]:
        """Every channel of a template, for every sample customer in their own locale."""
        for channel in self.catalogue.channels(template):
            for sample, fields in self._people(template, channel):
                locale = str(fields.get("locale") or self.workspace.policy.locale)
                yield from self._of((template, channel, locale), (sample, fields))

    def speechless(self, template: str) -> list[str]:
        """Files that no sample customer gets, because none speaks their language."""
        found: list[str] = []
        for channel in self.catalogue.channels(template):
            spoken = {
                self._source(template, channel, fields).locale
                for _, fields in self._people(template, channel)
            }
            left = set(self.catalogue.locales(template, channel)) - spoken
            found += [f"{channel}.{locale}" for locale in sorted(left)]
        return found

    def context(self, template: str, source: Source, sample: Mapping[str, Any]) -> Context:
        """The variables of a text for one sample customer."""
        own = declared(source.variables)
        design = self._user(template)
        fact, event = _kinds(design)
        now = self.samples.now
        context: Context = {
            **own,
            "customer": {"status": "active", **sample},
            "company": {**own.get("company", {}), **self.workspace.company},
        }
        if fact is not None:
            context["fact"] = own.get("fact", {}) | dict(self.samples.facts.get(fact, {}))
        if event is not None:
            context["event"] = own.get("event", {}) | dict(self.samples.events.get(event, {}))
        occurrence = {"key": "sample", "date": _day(self.workspace, self.samples), "offset": 0}
        years = years_at(sample.get("birthday"), now)
        occurrence |= {} if years is None else {"years": years}
        occurrence |= _dated(context.get("fact"), design)
        context["occurrence"] = occurrence | own.get("occurrence", {})
        if design is not None and design.line is not None:
            policy = self.workspace.policy
            line = policy.lines[design.line]
            hours = line_hours(
                policy, line, spoken(source.locale, self._chain(sample)), int(now.timestamp())
            )
            context["line"] = {"name": line.name, "phone": line.phone, "hours": hours}
        return context

    def _of(
        self,
        about: tuple[str, str, str],
        who: tuple[str, Mapping[str, Any]],
    ) -> Iterator[Trial]:
        """A customer's own text, and each variant that its own declared samples call for."""
        template, channel, locale = about
        sample, fields = who
        base = self._source(template, channel, fields)
        for source in (base, *base.variants):
            context = self.context(template, source, fields)
            trial = Trial(template, channel, sample, locale, source)
            try:
                choice = self.renderer.choose(template, channel, locale, context)
                if source is not base and choice.source is not source:
                    continue
                request = Request(template, channel, locale, context)
                make = self.render or self._made
                rendered = make(request)
            except (RenderError, UsageError) as error:
                yield replace(trial, error=_first(error))
            else:
                yield replace(trial, source=choice.source, choice=choice, rendered=rendered)

    def _made(self, asked: Request) -> Rendered:
        return self.renderer.render(asked.template, asked.channel, asked.locale, asked.context)

    def _people(self, template: str, channel: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
        if self.samples.customers:
            yield from self.samples.customers.items()
            return
        for locale in self.catalogue.locales(template, channel):
            source = self.catalogue.find(template, channel, (locale,))
            if source.variables:
                own = declared(source.variables).get("customer", {})
                yield ANYBODY, {**own, "locale": locale or self.workspace.policy.locale}

    def _source(self, template: str, channel: str, fields: Mapping[str, Any]) -> Source:
        return self.catalogue.find(template, channel, self._chain(fields))

    def _chain(self, fields: Mapping[str, Any]) -> tuple[str, ...]:
        locale = str(fields.get("locale") or "") or None
        return locale_chain(locale, self.workspace.policy.locale)

    def _user(self, template: str) -> Touchpoint | None:
        designs = self.workspace.policy.touchpoints.values()
        return next((each for each in designs if template in each.templates), None)


def _first(error: RenderError | UsageError) -> str:
    return str(error.complaints[0]) if isinstance(error, PolicyError) else str(error)


def _kinds(design: Touchpoint | None) -> tuple[str | None, str | None]:
    match design.moment if design else None:
        case Fact(fact=kind):
            return kind, None
        case Event(event=kind) | Lapsed(since=kind):
            return None, kind
    return None, None


def _dated(fact: object, design: Touchpoint | None) -> dict[str, object]:
    """The date that a fact has, and the first offset of its touchpoint, as an occurrence's."""
    found: dict[str, object] = {}
    if isinstance(fact, dict) and fact.get("date"):
        found["date"] = fact["date"]
    moment: Any = design.moment if design else None
    offsets = getattr(moment, "offsets", ())
    if offsets:
        found["offset"] = offsets[0].count
    return found


def _day(workspace: Workspace, samples: Samples) -> object:
    clock = zone_clock(workspace.policy.timezone)
    return clock.local(int(samples.now.timestamp())).date()
