"""The holdout: a fixed share, the same people for ever, whoever comes or goes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import SHANGHAI, Person, Wanted, World, day, instant, policy, touchpoint
from touchpoints.gates.holdout import draw

MONDAY = day("2026-06-01")
MIDNIGHT = instant("2026-06-01T00:00", SHANGHAI)


def held(names: list[str], shares: dict[str, float]) -> dict[str, set[str]]:
    """For each touchpoint the customers that it holds out."""
    designs = [touchpoint(name, holdout=share) for name, share in shares.items()]
    wanted = tuple(Wanted(name, MONDAY, customer=who) for who in names for name in shares)
    world = World(policy(*designs), wanted, MIDNIGHT, tuple(Person(who) for who in names))
    out: dict[str, set[str]] = {name: set() for name in shares}
    for each in world.decisions():
        if each.reason == "holdout":
            out[each.touchpoint].add(each.customer)
    return out


CROWD = [f"C{number}" for number in range(4000)]


@pytest.mark.parametrize("share", [0.05, 0.1, 0.5])
def test_the_share_is_close_to_what_the_policy_says(share: float) -> None:
    part = len(held(CROWD, {"t": share})["t"]) / len(CROWD)
    assert abs(part - share) < 4 * (share * (1 - share) / len(CROWD)) ** 0.5


@pytest.mark.parametrize(("share", "count"), [(0.0, 0), (1.0, 300)])
def test_nobody_or_everybody_is_a_share_too(share: float, count: int) -> None:
    assert len(held(CROWD[:300], {"t": share})["t"]) == count


def test_nobody_moves_when_customers_come_or_go() -> None:
    few, all_of_them = held(CROWD[:500], {"t": 0.2})["t"], held(CROWD[:1500], {"t": 0.2})["t"]
    assert few == all_of_them & set(CROWD[:500])
    assert held(CROWD[100:500], {"t": 0.2})["t"] == few & set(CROWD[100:500])


def test_a_greater_share_keeps_who_was_held_out_already() -> None:
    people = CROWD[:1500]
    assert held(people, {"t": 0.05})["t"] < held(people, {"t": 0.2})["t"]


def test_two_touchpoints_hold_out_different_people() -> None:
    both = held(CROWD[:2000], {"a": 0.2, "b": 0.2})
    shared = len(both["a"] & both["b"]) / 2000
    assert 0.02 < shared < 0.06


def test_the_draw_is_the_same_in_every_version() -> None:
    """These numbers may never change: who is held out would change with them."""
    assert draw("C17", "birthday-greeting") == DRAWN
    assert draw("客户一", "生日") == DRAWN_ABROAD


DRAWN = 0.8134572707533646
DRAWN_ABROAD = 0.4905491972966228


@given(st.text(), st.text())
def test_a_draw_lies_between_nought_and_one(customer: str, name: str) -> None:
    assert 0 <= draw(customer, name) < 1
