"""Zones, countries and locales: which names are real, by the tables of the tzdata package."""

from __future__ import annotations

import re
import zoneinfo
from functools import lru_cache
from importlib.resources import files

from touchpoints.workspace.names import nearest

_ABBREVIATION = re.compile(r"(utc|gmt)\s*[-+].*|[-+]\d.*", re.IGNORECASE)
_LOCALE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?")
_CITIES = {"beijing": "Asia/Shanghai", "mumbai": "Asia/Kolkata", "washington": "America/New_York"}
"""Capitals and large cities that people look for, and the zone whose clock they go by."""
_AMERICAN = {
    "EST5EDT": "America/New_York",
    "CST6CDT": "America/Chicago",
    "MST7MDT": "America/Denver",
    "PST8PDT": "America/Los_Angeles",
}
"""Old names that tzdata keeps as zones of their own, and the city that they mean."""


def use_packaged_zones() -> None:
    """Make zoneinfo read the tzdata package, whose age we know, not the system's own copy."""
    if zoneinfo.TZPATH:
        zoneinfo.reset_tzpath(())
        zoneinfo.ZoneInfo.clear_cache()


def is_zone(name: str) -> bool:
    """Whether this is a zone by its city, `UTC` or one of `Etc/…`."""
    return name in _zones() and ("/" in name or name == "UTC")


def nearest_zone(name: str) -> str | None:
    """The zone that somebody may have meant, by city or by an old name of it."""
    if _ABBREVIATION.fullmatch(name.strip()):
        return None
    if name in _zones():
        return _old_names().get(name) or _AMERICAN.get(name)
    city = name.rpartition("/")[2].strip().replace(" ", "_").casefold()
    by_city = {zone.rpartition("/")[2].casefold(): zone for zone in _city_zones()} | _CITIES
    if city in by_city:
        return by_city[city]
    near_city = nearest(city, by_city)
    return nearest(name, _city_zones()) or (by_city[near_city] if near_city else None)


def is_country(code: str) -> bool:
    """Whether this is a country's code of two letters (ISO 3166-1 alpha-2)."""
    return code in _countries()


def nearest_country(text: str) -> str | None:
    """The code of the country that somebody may have meant, by code or by name."""
    if text.upper() in _countries():
        return text.upper()
    by_name = {name.casefold(): code for code, name in _countries().items()}
    exact = [code for name, code in by_name.items() if f"({text.casefold()})" in name]
    if exact:
        return exact[0]
    near = nearest(text, by_name) if len(text) > 3 else None
    return by_name[near] if near else None


def is_locale(tag: str) -> bool:
    """Whether this is a language, and a script or region if need be: `en`, `zh-CN`, `zh-Hant`."""
    return _LOCALE.fullmatch(tag) is not None


def nearest_locale(text: str) -> str | None:
    """The same locale written as a tag: `zh_cn` as `zh-CN`."""
    shapes = (str.lower, str.title, str.upper)
    parts = text.replace("_", "-").split("-")
    shaped = [parts[0].lower()]
    shaped += [(shapes[1] if len(part) == 4 else shapes[2])(part) for part in parts[1:]]
    tag = "-".join(shaped)
    return tag if is_locale(tag) else None


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    use_packaged_zones()
    return frozenset(zoneinfo.available_timezones())


@lru_cache(maxsize=1)
def _city_zones() -> tuple[str, ...]:
    outside = ("Etc/", "US/", "SystemV/", "Canada/", "Brazil/", "Chile/", "Mexico/")
    return tuple(sorted(z for z in _zones() if "/" in z and not z.startswith(outside)))


@lru_cache(maxsize=1)
def _old_names() -> dict[str, str]:
    """Names such as `PRC` -> the zone by city, from the link lines (`L TARGET NAME`) of tzdata."""
    text = (files("tzdata.zoneinfo") / "tzdata.zi").read_text("utf-8")
    links = (line.split() for line in text.splitlines() if line.startswith("L "))
    return {name: target for _, target, name in links}


@lru_cache(maxsize=1)
def _countries() -> dict[str, str]:
    text = (files("tzdata.zoneinfo") / "iso3166.tab").read_text("utf-8")
    lines = (line.split("\t") for line in text.splitlines() if not line.startswith("#"))
    return {code: name for code, name, *_ in lines}
