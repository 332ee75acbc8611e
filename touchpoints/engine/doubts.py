"""Whether a message that may have gone out already is sent again."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection

from touchpoints.core.message import Channel, key_life
from touchpoints.core.policy import Policy
from touchpoints.store import sending
from touchpoints.store.sending import Due


class Doubts:
    """Decides for one policy and its channels.

    A provider that knows the message's key takes it once, so it may come again while the key
    lives; without a living key the touchpoint's `on_doubt` says what to do.
    """

    def __init__(self, policy: Policy, channels: Mapping[str, Channel]) -> None:
        self._policy = policy
        self._lives = {name: key_life(channel) for name, channel in channels.items()}

    def may_resend(self, each: Due) -> bool:
        """Whether a message that is in doubt now is to be tried again."""
        return bool(self._lives.get(each.channel)) or self._resends(each.touchpoint)

    def outlived(self, connection: Connection, each: Due, now: int) -> bool:
        """Whether a message in doubt waits to be sent by its key, which has died meanwhile.

        An operator's word is as good as a key.
        """
        life = self._lives.get(each.channel)
        if not each.in_doubt or not life or self._resends(each.touchpoint):
            return False
        begun = sending.first_tried(connection, each.no)
        died = begun is None or now >= begun + life
        return died and not each.resend

    def keeps_bytes(self, each: Due) -> bool:
        """Whether the provider may know the key by now, to which the bytes belong."""
        return each.attempts > 0 and bool(self._lives.get(each.channel))

    def _resends(self, touchpoint: str) -> bool:
        """What `on_doubt` says; the default depends on what marketing is."""
        design = self._policy.touchpoints.get(touchpoint)
        if design is None:
            return False
        if design.on_doubt is not None:
            return design.on_doubt == "resend"
        return self._policy.categories[design.category].consent != "required"
