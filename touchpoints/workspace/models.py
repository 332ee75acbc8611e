"""The keys of the workspace file: one model for each section, and what each key means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, Field, WithJsonSchema, model_validator

from touchpoints.core.policy import Consent, Counted, Losers
from touchpoints.workspace import fields, times
from touchpoints.workspace.mistakes import wrong
from touchpoints.workspace.requests import AnswerSection, RequestKeys
from touchpoints.workspace.section import Section
from touchpoints.workspace.transports import TRANSPORTS, TransportName

_Section = TypeVar("_Section")


def _blank_is_empty(value: object) -> object:
    """A section whose lines are all commented out, which YAML reads as no value."""
    return {} if value is None else value


def _null_is_a_name(value: object) -> object:
    """The transport called `null`, which YAML reads as no value."""
    return "null" if value is None else value


Severity = Literal["error", "warning", "remark", "off"]

Blank = BeforeValidator(_blank_is_empty)
ByName = Annotated[dict[fields.Name, Annotated[_Section, Blank]], Blank]


class LineSection(Section):
    """Where a customer's reaction lands: a number with opening hours."""

    phone: fields.Line = Field(description="the number as people read it, in quotes")
    hours: times.Week = Field(description="when somebody answers")
    timezone: fields.Zone | None = Field(None, description="its zone; default: the workspace's")
    holidays: fields.Country | None = Field(None, description="closed on this country's holidays")
    capacity: times.Pace | None = Field(
        None, description="how many reactions it can take, such as 120 per hour"
    )


class ChannelKeys(Section):
    """What every channel may say, and the keys of `file` and `smtp`."""

    transport: Annotated[
        TransportName,
        BeforeValidator(_null_is_a_name),
        WithJsonSchema({"enum": [*TRANSPORTS, None]}),
    ] = Field(description="how messages leave: file, console, null, smtp, http or webhook")
    kind: Literal["email", "text"] | None = Field(
        None, description="e-mail or plain text; default: email for smtp and the channel `email`"
    )
    hours: times.Week | None = Field(None, description="when this channel may be used")
    cost: fields.Cost = Field(0.0, description="the price of one message")
    capacity: times.Pace | None = Field(
        None, description="how many messages the plan gives it, such as 600 per hour"
    )
    rate: times.Rate | None = Field(
        None, description="how fast messages leave at most, such as 600 per minute"
    )
    limit: fields.Characters | None = Field(None, description="the most characters of one message")
    path: fields.Line | None = Field(None, description="file: the folder to write to")
    url: fields.ChannelUrl | None = Field(
        None, description="smtp: the server, smtp://HOST:PORT; http and webhook: https://HOST/PATH"
    )
    sender: fields.Mailbox | None = Field(None, alias="from", description="who the mail is from")
    reply_to: fields.Mailbox | None = Field(None, description="where replies to the mail go")
    timeout: fields.Timeout | None = Field(None, description="seconds to wait for an answer")
    verify: bool | None = Field(None, description="smtp: whether the certificate must be valid")


class ChannelSection(RequestKeys, ChannelKeys):
    """A way to reach people: by which transport, when, and at what cost."""


class CategorySection(Section):
    """What kind of message it is: this decides what binds it."""

    consent: Consent = Field("assumed", description="none is needed, assumed unless denied, …")
    obeys_caps: bool = Field(True, description="whether caps, gap and pauses hold it back")
    counts: bool = Field(True, description="whether it takes room in caps")
    hours: times.Week | None = Field(None, description="when such messages may arrive")


class CapSection(Section):
    """At most so many messages in any such span, over a selection."""

    name: fields.Name = Field(description="shown as the reason `cap:NAME`")
    max: fields.AtMost = Field(description="at most so many messages …")
    per: times.Per = Field(description="… in any such span: 1d, 7d, 24h")
    categories: fields.Names | None = Field(None, description="only these categories count")
    channels: fields.Names | None = Field(None, description="only these channels count")
    topics: fields.Topics | None = Field(None, description="only these topics count")
    touchpoints: fields.Names | None = Field(None, description="only these touchpoints count")
    by: Counted = Field("customer", description="counted for each customer, or for each address")


class TopicSection(Section):
    """What the messages of one topic are to each other."""

    losers: Losers = Field(
        "withhold", description="merge: those without room become sections of the one that goes"
    )


class WindowSection(Section):
    """From when until when one may write, counted from the occurrence's day, in local time."""

    open: times.Opening = Field(default="0d", description="the first minute, such as 0d 09:00")
    close: times.Closing = Field(
        default="1d", description="the minute after the last, such as 0d 20:00"
    )

    @model_validator(mode="after")
    def _closes_after_it_opens(self) -> WindowSection:
        window = times.parse_window(self.open, self.close)
        length = (window.close_day - window.open_day) * 1440
        length += window.close_minute - window.open_minute
        if length <= 0:
            what = f"the window closes at {self.close!r}, not after it opens at {self.open!r}"
            raise wrong("window", "expected `close` after `open`", what=what)
        if length > times.LONGEST_DAYS * 1440:
            what = f"the window is open for more than {times.LONGEST_DAYS} days"
            raise wrong("window", "shorten it", what=what)
        return self


class TouchpointSection(Section):
    """The design of one contact: at this moment, for these people, with this text, in this way."""

    moment: dict[str, Any] = Field(description="the occasion, such as {annual: birthday}")
    category: fields.Name = Field(description="what kind of message it is, by name")
    channels: fields.Names = Field(description="the channels allowed, the first one first")
    template: fields.OneOrMoreNames | None = Field(
        None, description="the template, or one for each offset; default: the touchpoint's name"
    )
    window: WindowSection = Field(WindowSection(), description="from when until when one may write")
    topic: fields.Topic | None = Field(None, description="what it is about, for caps")
    priority: fields.Priority = Field(50, description="what it is worth, 0-100")
    audience: fields.Expression = Field("true", description="an expression: who gets it")
    at: times.TimeOfDay | None = Field(None, description="the preferred time of day, HH:MM")
    line: fields.Name | None = Field(None, description="the line that the text invites to call")
    line_open_for: times.OpenFor = Field("0m", description="how long the line must stay open")
    on_cap: Literal["defer", "drop"] = Field("defer", description="what to do at a full cap")
    on_doubt: Literal["hold", "resend"] | None = Field(
        None, description="what to do when nobody knows whether it went out"
    )
    enabled: bool = Field(True, description="false: nothing is sent")
    holdout: fields.Share = Field(0.0, description="the share of customers left out, such as 5%")
    shadow: bool = Field(False, description="true: decide and record, never send")
    reaction: fields.Share = Field(
        1.0, description="the share of customers who are expected to call the line, such as 5%"
    )


class TicksSection(Section):
    """How often the daemon looks."""

    plan: times.Seconds = Field(default=60, description="how often it plans, such as 1m")
    deliver: times.Seconds = Field(default=5, description="how often it delivers, such as 5s")


class LimitsSection(Section):
    """The operator's emergency brake: when a ceiling is reached, nothing leaves any more."""

    per_run: fields.Ceiling | None = Field(
        default=None, description="at most so many messages in one run, until it is started again"
    )
    per_day: fields.Ceiling | None = Field(
        default=None, description="at most so many messages a day of `timezone`, by all workers"
    )


class WorkspaceSection(Section):
    """The whole file `touchpoints.yaml`."""

    name: fields.Line = Field(description="who is writing, as customers know it")
    timezone: fields.Zone = Field(description="for customers without a zone of their own")
    country: fields.Country | None = Field(None, description="business days and holidays")
    locale: fields.Locale = Field("en", description="for customers without a language of their own")
    database: fields.Database = Field(
        "sqlite:///touchpoints.db", description="where everything is kept"
    )
    horizon: times.Horizon = Field("7d", description="how far ahead the daemon plans")
    retention: times.Retention | None = Field(
        None, description="how long texts and addresses of messages are kept, such as 90d"
    )
    freeze: times.Freeze = Field("10m", description="a message this near no longer moves")
    gap: times.Gap | None = Field(None, description="least time between messages to one customer")
    keep: fields.Share = Field(
        0.1, description="what is planned moves only for so much more score, such as 10%"
    )
    company: Annotated[dict[str, fields.Line], Blank] = Field(
        {}, description="texts for templates: phone, website …"
    )
    lines: ByName[LineSection] = Field({}, description="where a customer's reaction lands")
    channels: ByName[ChannelSection] = Field({}, description="the ways to reach people")
    categories: ByName[CategorySection] = Field({}, description="the kinds of messages")
    caps: Annotated[list[CapSection], BeforeValidator(lambda v: [] if v is None else v)] = Field(
        [], description="how many messages a customer gets at most"
    )
    topics: Annotated[dict[fields.Topic, Annotated[TopicSection, Blank]], Blank] = Field(
        {}, description="what becomes of several messages about one topic"
    )
    touchpoints: ByName[TouchpointSection] = Field({}, description="what is sent, to whom, and why")
    ticks: Annotated[TicksSection, Blank] = Field(
        TicksSection(), description="how often the daemon looks"
    )
    limits: Annotated[LimitsSection, Blank] = Field(
        LimitsSection(), description="the operator's ceilings: per_run, per_day"
    )
    listen: fields.ListenAt | None = Field(
        None, description="where the daemon answers /healthz and /metrics, such as 127.0.0.1:9464"
    )
    checks: Annotated[dict[str, Severity], Blank] = Field(
        {}, description="how severe a finding of `check` is, by its code: error, warning, … off"
    )
    link_hosts: list[fields.Host] | None = Field(
        None, description="the hosts that links in texts may lead to, and theirs below"
    )


NAMED_SECTIONS: Mapping[str, tuple[str, type[Section]]] = {
    "lines": ("line", LineSection),
    "channels": ("channel", ChannelSection),
    "categories": ("category", CategorySection),
    "caps": ("cap", CapSection),
    "topics": ("topic", TopicSection),
    "touchpoints": ("touchpoint", TouchpointSection),
}


def section_at(path: tuple[str | int, ...]) -> tuple[str, type[BaseModel]]:
    """What the mapping at a key path is called, and its model."""
    match path:
        case ():
            return "workspace file", WorkspaceSection
        case ("ticks", *_):
            return "`ticks` section", TicksSection
        case ("limits", *_):
            return "`limits` section", LimitsSection
        case ("touchpoints", _, "window", *_):
            return "window", WindowSection
        case ("channels", _, "answers", *_):
            return "answer", AnswerSection
        case (str(first), _, *_):
            return NAMED_SECTIONS[first]
    raise AssertionError(path)


def keys_of(model: type[BaseModel]) -> dict[str, str]:
    """The keys of a section as the file writes them, and what each means."""
    items = model.model_fields.items()
    return {field.alias or name: field.description or "" for name, field in items}
