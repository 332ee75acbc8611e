"""What a request says, as bytes: JSON or a form; a value is data whatever letters it has."""

from __future__ import annotations

import json
from collections.abc import Mapping
from urllib.parse import quote, urlencode

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"

_PLAIN = "".join(chr(code) for code in range(33, 127) if chr(code) != "%")


def as_json(tree: object) -> bytes:
    """A tree of values as JSON in UTF-8; same tree, same bytes. Raises ValueError."""
    text = json.dumps(tree, ensure_ascii=False, allow_nan=False)
    return text.encode("utf-8", "replace")


def as_form(fields: Mapping[str, object]) -> bytes:
    """Names and values, or lists of values, as a form is sent: `To=%2B44…&Body=Good+day`."""
    pairs = [
        (name, _text(value))
        for name, values in fields.items()
        for value in (values if isinstance(values, list) else [values])
    ]
    return urlencode(pairs, encoding="utf-8", errors="replace").encode()


def header_key(key: str) -> str:
    """A message's key as a header may carry it: itself, if it is printable ASCII without blanks.

    Anything else, and the percent sign, is escaped as in a URL, so that two keys never become one.
    """
    return quote(key, safe=_PLAIN, errors="surrogatepass")


def _text(value: object) -> str:
    if value is None:
        return ""
    return json.dumps(value) if isinstance(value, bool | int | float) else str(value)
