"""The daemon is well while ticks happen in time, or messages are being tried."""

from __future__ import annotations

from touchpoints.core.message import Outcome
from touchpoints.monitoring.health import SHORTEST, Health
from touchpoints.monitoring.tallies import Tallies
from touchpoints.workspace import Ticks


class Watch:
    """Seconds that stand still until they are moved."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def test_it_is_ill_after_three_ticks_without_a_success_and_well_again_after_one() -> None:
    watch = Watch()
    health = Health(Ticks(plan=60, deliver=5), watch)
    watch.seconds += 180
    assert health.ailment() is None
    watch.seconds += 1
    assert health.ailment() == "no tick has succeeded for 181 s; 180 s is too long"
    health.beat()
    assert (health.ailment(), health.silence) == (None, 0)


def test_short_ticks_have_a_minute() -> None:
    assert Health(Ticks(1, 1)).patience == SHORTEST


def test_a_round_that_sends_for_hours_is_well() -> None:
    watch = Watch()
    health = Health(Ticks(), watch)
    for _ in range(100):
        watch.seconds += 100
        Tallies(health).attempted("email", Outcome.ACCEPTED, 90.0)
        assert health.ailment() is None


def test_what_has_ended_is_never_well_again() -> None:
    health = Health(Ticks())
    health.end("the scheduler's thread has died")
    health.beat()
    assert health.ailment() == "the scheduler's thread has died"
