"""From the models of the file to the values that the rest of touchpoints works with."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from touchpoints.core.hours import Hours, parse_minute
from touchpoints.core.pace import Rate
from touchpoints.core.policy import (
    Cap,
    Capacity,
    Category,
    ChannelRule,
    Duration,
    Line,
    Policy,
    Touchpoint,
)
from touchpoints.workspace.environment import Concealed
from touchpoints.workspace.models import (
    CapSection,
    ChannelSection,
    LineSection,
    TouchpointSection,
    WorkspaceSection,
)
from touchpoints.workspace.moments import Occasion
from touchpoints.workspace.requests import RequestKeys
from touchpoints.workspace.settings import ChannelSettings, file_name
from touchpoints.workspace.times import parse_window
from touchpoints.workspace.transports import OPTIONS


def build_policy(file: WorkspaceSection, occasions: Mapping[str, Occasion]) -> Policy:
    """The rules that decide, in the order of the file."""
    return Policy(
        timezone=file.timezone,
        country=file.country,
        locale=file.locale,
        channels={
            name: ChannelRule(
                name, _hours(channel.hours), channel.cost, _capacity(channel.capacity)
            )
            for name, channel in file.channels.items()
        },
        categories={
            name: Category(name, kind.consent, kind.obeys_caps, kind.counts, _hours(kind.hours))
            for name, kind in file.categories.items()
        },
        caps=tuple(_cap(cap) for cap in file.caps),
        gap=Duration.parse(file.gap) if file.gap else None,
        lines={name: _line(name, line, file.timezone) for name, line in file.lines.items()},
        touchpoints={
            name: _touchpoint(name, touchpoint, occasions[name])
            for name, touchpoint in file.touchpoints.items()
        },
        horizon=Duration.parse(file.horizon),
        freeze=Duration.parse(file.freeze),
        topics={name: topic.losers for name, topic in file.topics.items()},
        keep=file.keep,
    )


def build_channels(file: WorkspaceSection, root: Path) -> dict[str, ChannelSettings]:
    """How each channel reaches people; folders are absolute."""
    return {name: _channel(name, channel, root) for name, channel in file.channels.items()}


def absolute_database(url: str, root: Path) -> str:
    """A database URL whose SQLite file, if it is a relative one, lies in the workspace."""
    name = file_name(url)
    if not name or name.startswith("/"):
        return url
    return _like(url, url.replace(f":///{name}", f":///{(root / name).as_posix()}", 1))


def _channel(name: str, channel: ChannelSection, root: Path) -> ChannelSettings:
    mails = name == "email" or channel.transport == "smtp"
    given: dict[str, object] = {
        "path": _like(channel.path, str(root / channel.path)) if channel.path else None,
        "url": channel.url,
        "from": channel.sender,
        "reply_to": channel.reply_to,
        "timeout": channel.timeout,
        "verify": channel.verify,
    }
    for key, keyed in RequestKeys.model_fields.items():
        given[keyed.alias or key] = getattr(channel, key)
    if channel.answers is not None:
        given["answers"] = [
            answer.model_dump(by_alias=True, exclude_none=True) for answer in channel.answers
        ]
    options = {key: value for key, value in given.items() if value is not None}
    return ChannelSettings(
        name,
        channel.transport,
        channel.kind or ("email" if mails else "text"),
        {key: options[key] for key in OPTIONS[channel.transport] if key in options},
        None if channel.rate is None else Rate.parse(channel.rate),
        channel.limit,
    )


def _line(name: str, line: LineSection, timezone: str) -> Line:
    hours, capacity = Hours.parse(line.hours), _capacity(line.capacity)
    return Line(name, line.phone, line.timezone or timezone, hours, line.holidays, capacity)


def _capacity(text: str | None) -> Capacity | None:
    return None if text is None else Capacity.parse(text)


def _cap(cap: CapSection) -> Cap:
    def chosen(names: list[str] | None) -> frozenset[str] | None:
        return None if names is None else frozenset(names)

    return Cap(
        cap.name,
        cap.max,
        Duration.parse(cap.per),
        categories=chosen(cap.categories),
        channels=chosen(cap.channels),
        topics=chosen(cap.topics),
        touchpoints=chosen(cap.touchpoints),
        by=cap.by,
    )


def _touchpoint(name: str, touchpoint: TouchpointSection, occasion: Occasion) -> Touchpoint:
    return Touchpoint(
        name=name,
        moment=occasion.moment,
        category=touchpoint.category,
        templates=occasion.templates,
        channels=tuple(touchpoint.channels),
        window=parse_window(touchpoint.window.open, touchpoint.window.close),
        topic=touchpoint.topic,
        priority=touchpoint.priority,
        audience=touchpoint.audience,
        at=None if touchpoint.at is None else parse_minute(touchpoint.at),
        on_cap=touchpoint.on_cap,
        on_doubt=touchpoint.on_doubt,
        enabled=touchpoint.enabled,
        holdout=touchpoint.holdout,
        line=touchpoint.line,
        line_open_for=Duration.parse(touchpoint.line_open_for),
        reaction=touchpoint.reaction,
        shadow=touchpoint.shadow,
    )


def _hours(week: Mapping[str, str | None] | None) -> Hours | None:
    return None if week is None else Hours.parse(week)


def _like(original: str, text: str) -> str:
    """A text made from another one, and as secret."""
    return Concealed(text, original.shown) if isinstance(original, Concealed) else text
