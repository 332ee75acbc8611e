"""Two policies compared: what is gained, lost and moved, by whom, at what cost, and how spread."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.office import POLICY, Office, at, local, rounds
from touchpoints.clock import FixedClock
from touchpoints.engine.comparing import Balance, Change, Comparison, Kind, compare, side_by_side
from touchpoints.engine.fates import Fate, Side, side_of
from touchpoints.engine.simulating import Span
from touchpoints.engine.spread import Spread
from touchpoints.errors import UsageError

NINE = int(datetime(2026, 12, 5, 1, tzinfo=UTC).timestamp())
HOUR = 3600


def sent(customer: str, at: int = NINE, channel: str = "email", **keys: Any) -> Fate:
    """A message that went out."""
    usual = {"touchpoint": "greeting", "occurrence": "2026", "zone": "Asia/Shanghai"}
    return Fate(customer, **(usual | keys), channel=channel, send_at=at)


def kept(customer: str, reason: str | None = "gap", **keys: Any) -> Fate:
    """A message that did not."""
    usual = {"touchpoint": "greeting", "occurrence": "2026", "zone": "Asia/Shanghai"}
    return Fate(customer, **(usual | keys), reason=reason)


def side(*fates: Fate, customers: int = 10, **costs: float) -> Side:
    """One policy with these fates, in their order."""
    return Side("Bank", costs, tuple(sorted(fates, key=lambda fate: fate.key)), customers)


def compared(here: list[Fate], there: list[Fate], **costs: float) -> Comparison:
    """Both policies with the same costs."""
    return compare(side(*here, **costs), side(*there, **costs))


@pytest.mark.parametrize(
    ("here", "there", "kind"),
    [
        (None, sent("C1"), Kind.GAINED),
        (kept("C1"), sent("C1"), Kind.GAINED),
        (sent("C1"), None, Kind.LOST),
        (sent("C1"), kept("C1"), Kind.LOST),
        (sent("C1"), kept("C1", "planned"), Kind.LOST),
        (sent("C1"), sent("C1", NINE + 60), Kind.MOVED),
        (sent("C1"), sent("C1", channel="sms"), Kind.MOVED),
        (sent("C1"), sent("C1"), Kind.SAME),
        (kept("C1"), kept("C1"), Kind.WITHHELD),
        (kept("C1"), kept("C1", "no_time"), Kind.WITHHELD),
        (kept("C1"), None, Kind.WITHHELD),
    ],
)
def test_a_message_is_gained_lost_moved_or_the_same(
    here: Fate | None, there: Fate | None, kind: Kind
) -> None:
    assert Change(here, there).kind == kind


def test_another_occurrence_is_another_message() -> None:
    found = compared([sent("C1", occurrence="L1@-3d")], [sent("C1", occurrence="L1@-2d")])
    assert [each.kind for each in found.changes] == [Kind.GAINED, Kind.LOST]


def test_what_is_withheld_in_both_counts_only_where_the_reason_is_another() -> None:
    here = [kept("C1"), kept("C2"), kept("C3")]
    found = compared(here, [kept("C1"), kept("C2", "no_time")])
    assert (found.changes, found.same, found.withheld_otherwise) == ((), 0, 1)


def test_a_policy_compared_with_itself_changes_nothing() -> None:
    fates = [sent("C1"), kept("C2"), sent("C3", channel="sms")]
    found = compared(fates, fates)
    assert (found.changes, found.same, found.withheld_otherwise) == ((), 2, 0)
    assert found.balance == Balance(0, 0, 0)
    assert [(row.here, row.there, row.difference) for row in found.rows] == [(1, 1, 0), (1, 1, 0)]


def test_touchpoints_and_channels_of_one_policy_alone_have_their_rows() -> None:
    found = compare(
        side(sent("C1", touchpoint="letter", channel="post"), post=0.8),
        side(sent("C1", touchpoint="call", channel="phone"), phone=2.0),
    )
    assert [(row.touchpoint, row.channel, row.here, row.there) for row in found.rows] == [
        ("call", "phone", 0, 1),
        ("letter", "post", 1, 0),
    ]
    assert (found.total.cost_here, found.total.cost_there) == (0.8, 2.0)
    assert (found.total.gained, found.total.lost, found.total.difference) == (1, 1, 0)


def test_each_policy_has_its_own_costs() -> None:
    found = compare(side(sent("C1"), sent("C2"), email=0.5), side(sent("C1"), email=2.0))
    assert [(row.cost_here, row.cost_there) for row in found.rows] == [(1.0, 2.0)]


def test_a_move_counts_on_its_channel_here_and_is_told_with_both() -> None:
    found = compared(
        [sent("C1"), sent("C2"), sent("C3")],
        [sent("C1", channel="sms"), sent("C2", NINE + HOUR), sent("C3", NINE - HOUR)],
    )
    assert [(row.channel, row.here, row.there, row.moved) for row in found.rows] == [
        ("email", 3, 2, 3),
        ("sms", 0, 1, 0),
    ]
    assert list(found.moves.items()) == [(("email", "email"), 2), (("email", "sms"), 1)]


def test_reasons_are_those_of_the_side_where_it_does_not_go_out() -> None:
    found = compared(
        [kept("C1", "no_consent"), sent("C2"), sent("C3"), sent("C4")],
        [sent("C1"), kept("C2", "cap:weekly"), kept("C3", "cap:weekly")],
    )
    assert found.reasons(Kind.GAINED) == {"no_consent": 1}
    assert list(found.reasons(Kind.LOST).items()) == [("cap:weekly", 2), ("", 1)]


def test_customers_get_more_fewer_or_other_messages() -> None:
    other = {"occurrence": "2027"}
    found = compared(
        [sent("C2"), sent("C3"), sent("C4"), sent("C5")],
        [sent("C1"), sent("C3", **other), sent("C4", NINE + 1), sent("C5")],
    )
    assert found.balance == Balance(more=1, fewer=1, other=2)


def test_a_message_counts_on_the_customers_own_day() -> None:
    late = int(datetime(2026, 12, 5, 15, 30, tzinfo=UTC).timestamp())
    found = side(sent("C1", late), sent("C2", late, zone="Asia/Tokyo"), kept("C3"))
    assert found.days == {date(2026, 12, 5): 1, date(2026, 12, 6): 1}


def test_a_line_tells_both_sides() -> None:
    assert Change(sent("C1", zone="Asia/Tokyo"), kept("C1", "gap")).as_line() == {
        "customer": "C1",
        "touchpoint": "greeting",
        "occurrence": "2026",
        "change": "lost",
        "channel_here": "email",
        "send_at_here": "2026-12-05T10:00:00+09:00",
        "reason_here": None,
        "channel_there": None,
        "send_at_there": None,
        "reason_there": "gap",
    }


KEYS = st.sets(st.tuples(st.text(max_size=2), st.sampled_from("ab"), st.sampled_from("12")))


@given(KEYS, KEYS)
def test_side_by_side_every_message_stands_once_in_order(
    here: set[tuple[str, str, str]], there: set[tuple[str, str, str]]
) -> None:
    one, other = ([Fate(*key, zone="UTC") for key in sorted(keys)] for keys in (here, there))
    found = list(side_by_side(one, other))
    assert all(before.either.key < after.either.key for before, after in pairwise(found))
    assert {each.here.key for each in found if each.here} == here
    assert {each.there.key for each in found if each.there} == there
    assert {each.either.key for each in found if each.here and each.there} == here & there


@pytest.mark.parametrize(
    ("customers", "mean", "median", "ninety", "most", "without"),
    [
        ({}, 0.0, 0, 0, 0, 0),
        ({0: 4}, 0.0, 0, 0, 0, 4),
        ({1: 1}, 1.0, 1, 1, 1, 0),
        ({0: 5, 2: 5}, 1.0, 0, 2, 2, 5),
        ({0: 4, 2: 6}, 1.2, 2, 2, 2, 4),
        ({0: 89, 1: 10, 30: 1}, 0.4, 0, 1, 30, 89),
    ],
)
def test_the_spread_has_a_mean_percentiles_and_a_most(
    customers: dict[int, int], mean: float, median: int, ninety: int, most: int, without: int
) -> None:
    spread = Spread(customers)
    assert spread.mean == pytest.approx(mean)
    assert (spread.percentile(50), spread.percentile(90)) == (median, ninety)
    assert (spread.most, spread.without) == (most, without)


@given(st.lists(st.sampled_from("abcdefgh")), st.integers(8, 20), st.integers(1, 100))
def test_a_percentile_is_the_nearest_rank(receivers: list[str], everybody: int, part: int) -> None:
    counts = sorted(receivers.count(name) for name in "abcdefgh")
    counts = [0] * (everybody - len(counts)) + counts
    rank = -(-everybody * part // 100)
    assert Spread.over(receivers, everybody).percentile(part) == counts[rank - 1]


WEEK = Span(at("2026-12-05T00:00"), at("2026-12-12T00:00"))


def unseen(_now: datetime) -> None:
    """Nobody looks at the progress."""


def test_a_side_keeps_what_went_out_and_why_the_rest_did_not(office: Office) -> None:
    office.owes_as_new("C1")
    office.customer("C2", birthday="1990-12-08")
    found = side_of(office.database, office.workspace, WEEK, unseen)
    assert [(each.customer, each.channel, each.reason) for each in found.fates] == [
        ("C1", "email", None),
        ("C2", None, "no_consent"),
    ]
    assert (found.name, found.customers, found.messages) == ("Harbour Bank", 2, 1)
    assert local(found.fates[0].send_at) == "2026-12-07 09:00"


def test_what_goes_out_after_the_end_is_planned(office: Office) -> None:
    office.customer("C1")
    office.owes("C1", "L1", "2026-12-16")
    (fate,) = side_of(office.database, office.workspace, WEEK, unseen).fates
    assert (fate.channel, fate.send_at, fate.reason) == (None, None, "planned")


def test_the_data_stay_as_they_are(office: Office) -> None:
    office.owes_as_new("C1")
    office.plan("2026-12-05T00:00")
    before = office.table("message")
    side_of(office.database, office.workspace, WEEK, unseen)
    assert office.table("message") == before


def test_what_was_planned_for_a_touchpoint_that_the_policy_lacks_is_no_candidate(
    office: Office, tmp_path_factory: pytest.TempPathFactory
) -> None:
    office.owes_as_new("C1")
    office.plan("2026-12-05T00:00")
    other = Office(tmp_path_factory.mktemp("there"), POLICY[: POLICY.index("  reminder:")])
    assert side_of(office.database, other.workspace, WEEK, unseen).fates == ()


def test_what_has_gone_out_already_is_the_same_under_every_policy(
    office: Office, tmp_path_factory: pytest.TempPathFactory
) -> None:
    office.owes_as_new("C1")
    clock = FixedClock(at("2026-12-07T09:00"))
    rounds(office.loop(clock), clock, "2026-12-07T09:00")
    other = Office(tmp_path_factory.mktemp("there"), POLICY[: POLICY.index("  reminder:")])
    (fate,) = side_of(office.database, other.workspace, WEEK, unseen).fates
    assert (fate.touchpoint, fate.channel) == ("reminder", "email")


@pytest.mark.parametrize("until", ["2026-12-04T00:00", "2026-12-05T00:00"])
def test_a_span_ends_after_it_starts(until: str) -> None:
    with pytest.raises(UsageError, match="--until must come after --from"):
        Span(at("2026-12-05T00:00"), at(until))
