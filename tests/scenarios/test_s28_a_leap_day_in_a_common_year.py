"""S28: on 29 February of a common year the policy decides; the default is told."""

from __future__ import annotations

import json

import numpy as np
import pytest

from tests.builders import SHANGHAI, Wanted, World, day, instant, local_text, policy, touchpoint
from tests.office import Office
from touchpoints.core.moment import Dated
from touchpoints.moments.annual import Annual


@pytest.mark.parametrize(
    ("moment", "year", "expected"),
    [
        ({"annual": "birthday"}, 2026, ["2026-02-28 09:00"]),
        ({"annual": "birthday", "leap_day": "backward"}, 2026, ["2026-02-28 09:00"]),
        ({"annual": "birthday", "leap_day": "forward"}, 2026, ["2026-03-01 09:00"]),
        ({"annual": "birthday", "leap_day": "skip"}, 2026, []),
        ({"annual": "birthday", "leap_day": "skip"}, 2028, ["2028-02-29 09:00"]),
        ({"annual": "birthday", "leap_day": "forward"}, 2028, ["2028-02-29 09:00"]),
        ({"annual": "birthday"}, 2100, ["2100-02-28 09:00"]),
    ],
)
def test_who_is_born_on_29_february_is_greeted_when_the_policy_says(
    moment: dict[str, str], year: int, expected: list[str]
) -> None:
    born = Dated(*(np.array([value]) for value in (0, 2000, 2, 29)), np.array([None]))
    first, last = day(f"{year}-02-20"), day(f"{year}-03-10")
    found = Annual.model_validate(moment).find(born, first, last)
    pairs = zip(found.day.tolist(), found.label.tolist(), strict=True)
    world = World(
        policy(touchpoint("greeting")),
        tuple(Wanted("greeting", number, label) for number, label in pairs),
        instant(f"{year}-02-20T00:00", SHANGHAI),
        days=30,
    )
    assert [local_text(each.send_at or 0, SHANGHAI) for each in world.decisions()] == expected


def test_the_schema_tells_the_choices_and_the_default(office: Office) -> None:
    schema = json.dumps(json.loads(office.ask("schema").out))
    told = '"leap_day": {"default": "backward", "enum": ["backward", "forward", "skip"]'
    assert told in schema
