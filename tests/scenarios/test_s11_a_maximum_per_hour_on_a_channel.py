"""S11: at most a thousand an hour on a channel, and ten thousand are due: spread, no hour above."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from tests.office import POLICY, Office

RULES = (
    POLICY.replace("sms: {transport: file, path: outbox}", "")
    .replace('from: "Harbour Bank', 'capacity: 1000 per hour, from: "Harbour Bank')
    .replace("channels: [email, sms]", "channels: [email]")
)
HOUR = 3600


def test_ten_thousand_due_messages_are_spread_over_ten_hours(
    offices: Callable[[str], Office],
) -> None:
    office = offices(RULES)
    ids = [f"C{number:05d}" for number in range(10_000)]
    office.take("customers", *({"id": id_, "email": f"{id_}@example.org"} for id_ in ids))
    debt = {"kind": "instalment", "ref": "L", "date": "2026-12-10", "status": "open"}
    office.take("facts", *({"customer": id_, "amount": "5"} | debt for id_ in ids))
    lines = office.preview("2026-12-06T10:00")
    instants = sorted(line.send_at for line in lines if line.send_at is not None)
    assert len(instants) == 10_000
    first = 0
    for last, instant in enumerate(instants):
        while instants[first] <= instant - HOUR:
            first += 1
        assert last - first < 1000
    a_minute = Counter(instant // 60 for instant in instants)
    assert max(a_minute.values()) == 17
    assert instants[-1] - instants[0] <= 10 * HOUR
