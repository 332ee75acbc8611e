"""The customer has not agreed, or has refused, to hear of this on this channel."""

from __future__ import annotations

import numpy as np

from touchpoints.core.calendar import Ints
from touchpoints.core.columns import DENIED, GRANTED, Bools
from touchpoints.core.gate import Case
from touchpoints.core.phrase import Phrase


class NoConsent:
    """Refuses what was denied, and, where consent is required, what was not granted."""

    code = "no_consent"

    def refuses(self, case: Case) -> Bools:
        """The routes whose category may not use their channel for this customer."""
        state = case.customers.consent[case.routes.customer, _category(case), case.routes.channel]
        words = [each.consent for each in case.rulebook.category_of]
        binding = case.per_touchpoint([word != "none" for word in words])
        required = case.per_touchpoint([word == "required" for word in words])
        refused: Bools = (binding & (state == DENIED)) | (required & (state != GRANTED))
        changes = case.per_slots([each.agreed is not None for each in case.slots])
        never = case.per_slots([each.agreed is False for each in case.slots])
        return np.where(changes, never, refused)

    def detail(self, case: Case, route: int) -> Phrase:
        """Whether it was denied, or never granted."""
        rules, channel = case.rulebook, int(case.routes.channel[route])
        name = rules.category_of[case.routes.touchpoint[route]].name
        category = rules.category_number[name]
        state = case.customers.consent[case.routes.customer[route], category, channel]
        key = "consent_denied" if state == DENIED else "consent_missing"
        return Phrase(key, category=name, channel=rules.channels[channel])


def _category(case: Case) -> Ints:
    rules = case.rulebook
    numbers = [rules.category_number[each.category] for each in rules.touchpoints]
    return np.asarray(numbers, dtype=np.int64)[case.routes.touchpoint]
