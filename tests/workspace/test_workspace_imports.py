"""Opening a workspace costs little: heavy libraries stay out, and zones come from the package."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize("library", ["sqlalchemy", "sqlmodel", "holidays", "babel", "jinja2"])
def test_a_heavy_library_is_not_imported(library):
    program = f"import sys, touchpoints.workspace; sys.exit({library!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_zones_are_read_from_the_tzdata_package(opened):
    program = (
        "import zoneinfo, touchpoints.workspace as w; w.use_packaged_zones(); "
        "assert zoneinfo.TZPATH == (); assert zoneinfo.ZoneInfo('Asia/Shanghai').key"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
