"""All invariants, in the order in which a report names them."""

from __future__ import annotations

from collections.abc import Mapping

from tests.chaos import invariants, promises
from tests.chaos.evidence import Evidence

INVARIANTS: tuple[invariants.Invariant, ...] = (
    invariants.each_occurrence_has_one_state,
    invariants.every_occurrence_is_decided,
    invariants.nothing_is_left_behind,
    invariants.accepted_is_in_the_ledger,
    invariants.the_ledger_is_accounted_for,
    invariants.nobody_hears_it_twice,
    invariants.resends_are_counted,
    invariants.the_undecided_is_held,
    invariants.what_was_taken_is_final,
    invariants.one_key_has_one_hash,
    invariants.the_audit_is_legal,
    invariants.the_file_is_whole,
    invariants.nothing_went_wrong_in_mid_run,
    promises.who_opted_out_is_left_alone,
    promises.who_paid_is_not_reminded,
    promises.nothing_goes_outside_the_hours,
    promises.nothing_goes_outside_its_window,
    promises.caps_hold,
    promises.the_gap_holds,
)


def violations(evidence: Evidence) -> Mapping[str, list[str]]:
    """What each broken invariant has to say; empty where all of them hold."""
    told = {each.__name__: each(evidence) for each in INVARIANTS}
    return {name: what for name, what in told.items() if what}
