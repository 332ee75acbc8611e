"""What nobody can know yet: the days off of a year that a country has not published."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection

from touchpoints.core.calendar import date_of
from touchpoints.core.moment import Moment
from touchpoints.core.policy import Touchpoint
from touchpoints.engine.brief import Brief
from touchpoints.engine.workdays import unpublished_years
from touchpoints.errors import Complaint
from touchpoints.store import reading
from touchpoints.workspace import Workspace
from touchpoints.workspace.document import FILE_NAME

DAY = 86400
REMEDY = "what is known so far is used; a newer `holidays` package may have more"


def unpublished(connection: Connection, brief: Brief) -> tuple[Complaint, ...]:
    """A remark on every touchpoint and line that needs such days within the brief's horizon.

    A touchpoint needs those of its customers' countries, as far as its offsets reach.
    """
    workspace, since, until = brief.workspace, brief.as_of // DAY, brief.until // DAY
    of_touchpoints = _of_touchpoints(connection, workspace, since, until)
    return (*of_touchpoints, *_of_lines(workspace, since, until))


def _of_touchpoints(
    connection: Connection, workspace: Workspace, since: int, until: int
) -> Iterator[Complaint]:
    policy = workspace.policy
    reaches = {each.name: _reach(each) for each in policy.touchpoints.values()}
    if not any(reaches.values()):
        return
    found = [name or policy.country for name in reading.countries(connection, None)]
    countries = sorted({name for name in found or [policy.country] if name is not None})
    for touchpoint, reach in reaches.items():
        years = date_of(since - reach).year, date_of(until + reach).year
        for country in countries if reach else ():
            place = workspace.where("touchpoints", touchpoint, "moment")
            yield from _said(place, country, years, "business days")


def _of_lines(workspace: Workspace, since: int, until: int) -> Iterator[Complaint]:
    years = date_of(since).year, date_of(until).year
    for line in workspace.policy.lines.values():
        if line.holidays is not None:
            place = workspace.where("lines", line.name, "holidays")
            yield from _said(place, line.holidays, years, "holidays")


def _reach(design: Touchpoint) -> int:
    """How many days the furthest offset in business days leads away; 0 without one."""
    moment: Moment = design.moment  # type: ignore[assignment]
    counted = [offset.reach for offset in moment.offsets if offset.business]
    return max(counted, default=-1) + 1 if design.enabled else 0


def _said(
    place: tuple[int, int], country: str, years: tuple[int, int], days: str
) -> Iterator[Complaint]:
    missing = unpublished_years(country, *years)
    if missing:
        listed = " and ".join(str(year) for year in missing)
        what = f"the {days} of {country} in {listed} are not published yet"
        yield Complaint(FILE_NAME, *place, what, REMEDY, "unpublished", "remark")
