"""The customer has asked for a pause."""

from __future__ import annotations

from touchpoints.core.calendar import date_of
from touchpoints.core.columns import Bools, Wishes
from touchpoints.core.gate import Case
from touchpoints.core.phrase import Phrase, When


class Paused:
    """Refuses what could go out only inside the customer's own pause."""

    code = "paused"

    def refuses(self, case: Case) -> Bools:
        """The routes that have allowed time, but none outside the pause."""
        return case.per_slots([each.paused for each in case.slots])

    def detail(self, case: Case, route: int) -> Phrase:
        """From when until when."""
        customers = case.customers
        row = case.routes.customer[route]
        wishes = customers.wishes[customers.wish[row]]
        if wishes.snooze_until is not None and wishes.snooze_until > case.as_of:
            return Phrase("snooze", until=When(wishes.snooze_until, customers.zone_of(row)))
        return _pause_in_words(wishes)


def _pause_in_words(wishes: Wishes) -> Phrase:
    """The customer's pause with the days that bound it."""
    first = None if wishes.pause_from is None else date_of(wishes.pause_from)
    last = None if wishes.pause_until is None else date_of(wishes.pause_until)
    if first is None:
        return Phrase("pause") if last is None else Phrase("pause_until", last=last)
    if last is None:
        return Phrase("pause_from", first=first)
    return Phrase("pause_between", first=first, last=last)
