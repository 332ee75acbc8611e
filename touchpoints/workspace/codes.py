"""The codes of findings in texts: what each means, and how severe it usually is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from touchpoints.errors import Complaint
from touchpoints.workspace.document import Document, Remark
from touchpoints.workspace.names import did_you_mean


@dataclass(frozen=True, slots=True)
class Code:
    """What a code means, and its usual severity; `fixed` ones cannot be rendered at all."""

    severity: str
    meaning: str
    fixed: bool = False


CODES: Mapping[str, Code] = {
    "syntax": Code("error", "not a template: a tag that does not end, a block without end", True),
    "refused": Code("error", "a construct that templates may not use", True),
    "too-complex": Code("error", "nested too deeply, or too many tags", True),
    "too-large": Code("error", "a file of more than 64 KB", True),
    "html-place": Code("error", "a value where escaping cannot make it harmless", True),
    "html-element": Code("error", "an element that does not belong in a message", True),
    "no-file": Code("error", "an include of a file that is not there, or of itself", True),
    "no-template": Code("error", "a channel of a touchpoint without any text", True),
    "no-subject": Code("error", "an e-mail without a subject", True),
    "front-matter": Code("error", "front matter that cannot be read, or has an unknown key"),
    "empty": Code("error", "a text without words"),
    "unknown-name": Code(
        "error", "a variable or field that nobody has; a warning for imported ones"
    ),
    "missing-data": Code("warning", "a field that some people do not have, and nothing stands in"),
    "variable": Code(
        "warning",
        "a declared variable that the text does not use, with the nearest one that it does",
    ),
    "sample": Code("error", "a text that cannot be made for a sample customer"),
    "no-locale": Code("warning", "customers speak a language in which there is no text"),
    "variant": Code("error", "a variant without a rule, or without the text for everybody else"),
    "sender": Code("error", "a `from` that is not one mailbox"),
    "variable-link": Code("warning", "a link that begins with data"),
    "link-insecure": Code("warning", "a link that is not https"),
    "link-scheme": Code("error", "a link that is neither web, mail nor telephone"),
    "link-host": Code("error", "a link to a host that is not among link_hosts"),
    "no-alt": Code("error", "a picture without a text for those who do not see it"),
    "subject-long": Code("warning", "a subject that phones cut off, with a sample customer"),
    "segments": Code("warning", "a text message of several segments, or of costly characters"),
    "sms-size": Code("off", "the segments and the price of every text message, per locale"),
    "too-long": Code("error", "a text beyond the limit of its channel"),
    "no-opt-out": Code("error", "a marketing text that does not say how to opt out"),
    "line-hours": Code("error", "an invitation to call without the hours"),
    "no-line": Code("error", "a text that tells a line which its touchpoint does not have"),
    "line-unsaid": Code("warning", "a touchpoint with a line that its text does not tell"),
    "leap-day": Code("remark", "a birthday moment that does not say what becomes of 29 February"),
    "unpublished": Code("remark", "days off that a country has not published yet"),
}
"""Every finding that `checks:` may set, in the order of docs/templates.md."""


def check_codes(document: Document) -> list[Complaint]:
    """A complaint for every key of `checks` that is no code, or that cannot be set."""
    found: list[Complaint] = []
    for code in document.section("checks"):
        known = CODES.get(code)
        if known is not None and not known.fixed:
            continue
        if known is None:
            what = f"there is no finding with the code {str(code)!r}"
            remedy = did_you_mean(str(code), list(CODES)) or "docs/templates.md lists the codes"
            remark = Remark(what, remedy, "unknown-code", key=True)
        else:
            what = f"{code!r} is always an error: {known.meaning}"
            remark = Remark(what, "mend the text, or do not use it", "fixed-code", key=True)
        found.append(document.complain(("checks", code), remark))
    return found
