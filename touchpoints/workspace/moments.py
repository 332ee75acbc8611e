"""The moment of each touchpoint: which kind it is, and the templates of its offsets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from touchpoints.errors import Complaint
from touchpoints.moments import all_moments
from touchpoints.moments.base import MomentModel
from touchpoints.workspace.complaints import validate
from touchpoints.workspace.document import Document, Remark
from touchpoints.workspace.environment import Concealed
from touchpoints.workspace.names import did_you_mean, listed
from touchpoints.workspace.nodes import KeyPath

FURTHEST_DAYS = 3660
"""Ten years: offsets beyond it leave the calendar."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """A touchpoint's moment, and its templates, one or one for each of the offsets."""

    moment: MomentModel
    templates: tuple[str, ...]


def read_occasions(document: Document) -> tuple[dict[str, Occasion], list[Complaint]]:
    """The occasions of all touchpoints whose moment is right, and what is wrong with the others."""
    kinds = {kind.keyword: kind for kind in all_moments()}
    occasions: dict[str, Occasion] = {}
    complaints: list[Complaint] = []
    for name, touchpoint in document.section("touchpoints").items():
        if isinstance(touchpoint, Mapping) and isinstance(touchpoint.get("moment"), Mapping):
            path: KeyPath = ("touchpoints", name, "moment")
            moment, found = _read_moment(document, path, kinds)
            complaints += found
            if moment is None:
                continue
            templates = touchpoint.get("template") or name
            complaints += _check_offsets(document, path, moment)
            complaints += _check_templates(document, path, (moment, templates))
            occasions[name] = Occasion(moment, _names(templates))
    return occasions, complaints


def _read_moment(
    document: Document, path: KeyPath, kinds: Mapping[str, type[MomentModel]]
) -> tuple[MomentModel | None, list[Complaint]]:
    section: Mapping[str, Any] = document.at(path)
    keyword = next((key for key in section if key in kinds), None)
    if keyword is None:
        return None, [_no_kind(document, path, list(kinds))]
    moment, complaints = validate(kinds[keyword], document, path, f"{keyword} moment")
    concealed = {key: text for key, text in section.items() if isinstance(text, Concealed)}
    if moment is not None and concealed:
        moment = moment.model_copy(update=concealed)
    return moment, complaints


def _no_kind(document: Document, path: KeyPath, kinds: list[str]) -> Complaint:
    section: Mapping[str, Any] = document.at(path)
    has = f"this version has {listed(kinds)}"
    first = next(iter(section), None)
    if first is None:
        remark = Remark("the moment is blank", f"name its kind; {has}", "moment-kind")
        return document.complain(path, remark)
    what = f"`{first}` is not a kind of moment"
    near = next((n for n in (did_you_mean(key, kinds) for key in section) if n), "")
    remedy = "; ".join(part for part in (has, near) if part)
    return document.complain((*path, first), Remark(what, remedy, "moment-kind", key=True))


def _check_offsets(document: Document, path: KeyPath, moment: MomentModel) -> list[Complaint]:
    if all(offset.reach <= FURTHEST_DAYS for offset in moment.offsets):
        return []
    where = (*path, "offset")
    what = f"`offset` is {document.quoted(where)}"
    remedy = f"expected at most {FURTHEST_DAYS} days either way"
    return [document.complain(where, Remark(what, remedy, "offset"))]


def _check_templates(
    document: Document, path: KeyPath, occasion: tuple[MomentModel, object]
) -> list[Complaint]:
    moment, templates = occasion
    if not isinstance(templates, list) or len(templates) == len(moment.offsets):
        return []
    what = f"`template` names {len(templates)}, and `offset` has {len(moment.offsets)}"
    remedy = "name one template, or one for each offset in the same order"
    return [document.complain((*path[:-1], "template"), Remark(what, remedy, "template-count"))]


def _names(templates: object) -> tuple[str, ...]:
    """The templates as the file writes them: one, or one for each of the offsets."""
    if isinstance(templates, list):
        return tuple(templates)
    return (templates if isinstance(templates, str) else str(templates),)
