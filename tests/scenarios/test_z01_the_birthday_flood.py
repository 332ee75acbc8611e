"""Z01: five business lines have designed 20 messages for one birthday; exactly one goes out."""

from __future__ import annotations

from collections import Counter

from tests.builders import SHANGHAI, Person, Wanted, World, cap, day, instant, policy, touchpoint
from touchpoints.core.policy import Touchpoint

BIRTHDAY = day("2026-07-15")
LINES = ("cards", "loans", "savings", "wealth", "insurance")


def design(number: int) -> Touchpoint:
    """The 15 SMS, then 3 push and 2 e-mail messages; the last e-mail is worth most."""
    channel = "sms" if number < 15 else "push" if number < 18 else "email"
    name = f"{LINES[number % 5]}-{number:02}"
    both = (channel, "wechat") if number == 19 else (channel,)
    return touchpoint(
        name, category="marketing", topic="birthday", priority=40 + number, channels=both
    )


def test_exactly_one_message_goes_out_and_the_other_19_say_why() -> None:
    designs = [design(number) for number in range(20)]
    wish = cap("one-birthday-wish", 1, "30d", topics=["birthday"])
    world = World(
        policy(*designs, caps=(wish,)),
        tuple(Wanted(each.name, BIRTHDAY, "2026") for each in designs),
        instant("2026-07-14T10:00", SHANGHAI),
        (Person(order=("wechat", "sms")),),
    )
    decisions = world.decisions()
    (sent,) = [each for each in decisions if each.verdict == "send"]
    assert (sent.touchpoint, sent.channel) == ("insurance-19", "wechat")
    assert len(decisions) == 20
    reasons = Counter(each.reason for each in decisions if each is not sent)
    assert reasons == {"cap:one-birthday-wish": 19}
    told = {each.detail for each in decisions if each is not sent}
    assert told == {"1 of 1 in 30d: insurance-19 at 2026-07-15T09:00+08:00"}
