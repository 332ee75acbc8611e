"""Names that point elsewhere in the file: each must be there, and every cap needs its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from touchpoints.errors import Complaint
from touchpoints.workspace.document import Document, Remark
from touchpoints.workspace.names import did_you_mean, listed
from touchpoints.workspace.nodes import KeyPath

OWN_CAP = "own"
"""The name of the customer's own cap, which no cap of the file may take."""

_SELECTIONS = {"categories": "category", "channels": "channel", "touchpoints": "touchpoint"}


def check_references(document: Document) -> list[Complaint]:
    """A complaint for every name that points at nothing, or that two caps share."""
    complaints: list[Complaint] = []
    for name in document.section("touchpoints"):
        complaints += _check_touchpoint(document, name)
    return complaints + _check_caps(document) + _check_topic_rules(document)


def _check_touchpoint(document: Document, name: str) -> list[Complaint]:
    touchpoint = document.section("touchpoints", name)
    base: KeyPath = ("touchpoints", name)
    complaints = _check_name(document, (*base, "category"), ("category", "categories"))
    complaints += _check_name(document, (*base, "line"), ("line", "lines"))
    for index in _indices(touchpoint.get("channels")):
        complaints += _check_name(document, (*base, "channels", index), ("channel", "channels"))
    complaints += _check_followed(document, name)
    for key in ("line_open_for", "reaction"):
        if key in touchpoint and touchpoint.get("line") is None:
            what = f"`{key}` does nothing without `line`"
            remark = Remark(what, "name the line, or remove it", "no-effect", True, "warning")
            complaints.append(document.complain((*base, key), remark))
    return complaints


def _check_followed(document: Document, name: str) -> list[Complaint]:
    """A follow-up names another touchpoint of this file, and does not lead back to itself."""
    path: KeyPath = ("touchpoints", name, "moment", "after")
    passed, followed = [name], document.at(path)
    while isinstance(followed, str) and followed not in passed:
        passed.append(followed)
        followed = document.at(("touchpoints", followed, "moment", "after"))
    if followed != name:
        return _check_name(document, path, ("touchpoint", "touchpoints"))
    way = f", by way of {', '.join(passed[1:])}" if passed[1:] else ""
    what = f"{name} follows itself{way}, so that it never begins"
    remark = Remark(what, "name a touchpoint that has its own occasion", "follows-itself")
    return [document.complain(path, remark)]


def _check_name(document: Document, path: KeyPath, pointed: tuple[str, str]) -> list[Complaint]:
    """A complaint if the text at a key path is none of the names in a section."""
    noun, section = pointed
    name, known = document.at(path), document.section(section)
    if not isinstance(name, str) or name in known:
        return []
    remark = _unknown(document, path, noun, known)
    return [document.complain(path, remark)]


def _unknown(document: Document, path: KeyPath, noun: str, known: Iterable[str]) -> Remark:
    names = list(known)
    near = "" if document.conceals(path) else did_you_mean(document.at(path), names)
    there = f"there are {listed(names)}" if names else "there are none"
    what = f"there is no {noun} {document.quoted(path)}"
    return Remark(what, near or there, f"unknown-{noun}")


def _check_caps(document: Document) -> list[Complaint]:
    complaints: list[Complaint] = []
    lines: dict[str, int] = {}
    topics = _topics(document)
    for index in _indices(document.at(("caps",))):
        path: KeyPath = ("caps", index)
        complaints += _check_cap_name(document, (*path, "name"), lines)
        for section, noun in _SELECTIONS.items():
            for entry in _indices(document.at((*path, section))):
                complaints += _check_name(document, (*path, section, entry), (noun, section))
        complaints += _check_topics(document, path, topics)
    return complaints


def _check_cap_name(document: Document, path: KeyPath, lines: dict[str, int]) -> list[Complaint]:
    name = document.at(path)
    if not isinstance(name, str):
        return []
    shown = document.quoted(path)
    if name == OWN_CAP:
        remark = Remark(
            f"`name` is {shown}, which means the customer's own cap", "choose another", "cap-name"
        )
        return [document.complain(path, remark)]
    if name in lines:
        remedy = f"the first is in line {lines[name]}; choose another name"
        remark = Remark(f"two caps are called {shown}", remedy, "duplicate-cap")
        return [document.complain(path, remark)]
    lines[name] = document.root.place_of(path)[0]
    return []


def _topics(document: Document) -> set[str]:
    return {
        touchpoint["topic"]
        for touchpoint in document.section("touchpoints").values()
        if isinstance(touchpoint, Mapping) and isinstance(touchpoint.get("topic"), str)
    }


def _check_topic_rules(document: Document) -> list[Complaint]:
    complaints, topics = [], _topics(document)
    for topic in document.section("topics"):
        if topic not in topics:
            what = f"no touchpoint has the topic `{topic}`"
            remedy = did_you_mean(topic, sorted(topics)) or "give it to a touchpoint, or remove it"
            remark = Remark(what, remedy, "unknown-topic", key=True, severity="warning")
            complaints.append(document.complain(("topics", topic), remark))
    return complaints


def _check_topics(document: Document, path: KeyPath, topics: set[str]) -> list[Complaint]:
    complaints = []
    for entry in _indices(document.at((*path, "topics"))):
        where = (*path, "topics", entry)
        topic = document.at(where)
        if isinstance(topic, str) and topic not in topics:
            what = f"no touchpoint has the topic {document.quoted(where)}"
            near = "" if document.conceals(where) else did_you_mean(topic, sorted(topics))
            remedy = near or "only imported history can fill this cap"
            remark = Remark(what, remedy, "unknown-topic", severity="warning")
            complaints.append(document.complain(where, remark))
    return complaints


def _indices(value: Any) -> range:
    return range(len(value)) if isinstance(value, list) else range(0)
