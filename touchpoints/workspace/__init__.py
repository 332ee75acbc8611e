"""The workspace: `touchpoints.yaml` read, checked whole, and turned into frozen settings."""

from __future__ import annotations

from touchpoints.workspace.listening import Listen
from touchpoints.workspace.loading import load
from touchpoints.workspace.regions import use_packaged_zones
from touchpoints.workspace.schema import json_schema
from touchpoints.workspace.settings import ChannelSettings, Limits, Ticks, Workspace
from touchpoints.workspace.transports import TRANSPORTS

__all__ = [
    "TRANSPORTS",
    "ChannelSettings",
    "Limits",
    "Listen",
    "Ticks",
    "Workspace",
    "json_schema",
    "load",
    "use_packaged_zones",
]
