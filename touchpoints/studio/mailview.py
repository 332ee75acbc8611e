"""A message rendered for one customer, as a page shows it: its parts, and how long it is."""

from __future__ import annotations

from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage

from touchpoints.content.sms import Segments, segments
from touchpoints.core.message import Message


@dataclass(frozen=True, slots=True)
class MailView:
    """What the customer would see; `html` and `sender` are None where there is none."""

    address: str
    subject: str | None
    sender: str | None
    text: str
    html: str | None
    size: Segments | None


def mail_view(message: Message, *, is_mail: bool) -> MailView:
    """The parts of a message, taken from the very bytes that would leave."""
    if not is_mail:
        size = segments(message.body) if message.channel == "sms" else None
        return MailView(message.address, message.subject, None, message.body, None, size)
    mail = message_from_bytes(message.content, policy=policy.default)
    html = mail.get_body(("html",)) if isinstance(mail, EmailMessage) else None
    return MailView(
        address=message.address,
        subject=message.subject,
        sender=str(mail["from"]) if mail["from"] else None,
        text=message.body,
        html=None if html is None else str(html.get_content()),
        size=None,
    )
