"""The guard at the door of the studio: what does not pass every rule is refused before any page."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs, urlencode

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from touchpoints.studio.access import Access, same
from touchpoints.studio.saying import sentence
from touchpoints.studio.words import preferred

LARGEST_BODY = 512 * 1024
"""Bytes that one request may bring; a template of 64 KB takes at most 400 KB as JSON."""

FORM, JSON = "application/x-www-form-urlencoded", "application/json"
CSRF_HEADER, CSRF_FIELD = "x-csrf", "csrf"

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:;"
    " connect-src 'self'; font-src 'self'; frame-src 'self'; frame-ancestors 'none';"
    " base-uri 'none'; form-action 'self'"
)
"""Nothing from elsewhere, and nothing written into the page; the nonce is the editor's style."""

MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox;"
    " frame-ancestors 'self'; base-uri 'none'; form-action 'none'"
)
"""For a rendered mail in a frame: its own styles, no script, no picture from anywhere."""

HEADERS = {
    "x-content-type-options": "nosniff",
    # Without any referrer a browser sends a form of ours with `Origin: null`.
    "referrer-policy": "same-origin",
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
}


class _RefusedError(Exception):
    def __init__(self, status: int, why: str) -> None:
        self.status = status
        super().__init__(why)


@dataclass(frozen=True, slots=True)
class Guard:
    """Stands before all pages; the values of a form are then in `request.state.form`."""

    pages: ASGIApp
    access: Access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or hand it on to the pages."""
        if scope["type"] == "lifespan":
            await self.pages(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        nonce = secrets.token_urlsafe(16)
        scope.setdefault("state", {})["nonce"] = nonce
        guarded = _with_headers(send, nonce)
        try:
            answer = self._at_the_door(scope)
            if answer is None and scope["method"] == "POST":
                receive = await self._change(scope, receive)
        except _RefusedError as refusal:
            language = preferred(Headers(scope=scope).get("accept-language", ""))
            answer = PlainTextResponse(f"{sentence(str(refusal), language)}\n", refusal.status)
        await (answer or self.pages)(scope, receive, guarded)

    def _at_the_door(self, scope: Scope) -> Response | None:
        """None for whoever may come in. Raises _RefusedError."""
        headers = Headers(scope=scope)
        if headers.getlist("host") not in [[host] for host in self.access.hosts]:
            raise _RefusedError(421, "this is not the address of the studio")
        if scope["method"] not in {"GET", "HEAD", "POST"}:
            raise _RefusedError(405, "pages are read with GET and changed with POST")
        if headers.get("sec-fetch-site", "none") not in {"none", "same-origin"}:
            raise _RefusedError(403, "another site asked for this")
        opening = self._opened(scope)
        if opening is not None:
            return opening
        if not same(_cookie(headers, self.access.cookie), self.access.session):
            raise _RefusedError(401, "open the address that `touchpoints studio` has printed")
        return None

    def _opened(self, scope: Scope) -> Response | None:
        """The exchange of the printed token for a cookie; None where none was brought."""
        asked = parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        if "token" not in asked or scope["method"] != "GET":
            return None
        if not same("\n".join(asked.pop("token")), self.access.token):
            raise _RefusedError(401, "that token is not the one that was printed at the start")
        rest = f"?{urlencode(asked, doseq=True)}" if asked else ""
        answer = RedirectResponse("/" + scope["path"].lstrip("/") + rest, 303)
        cookie = (self.access.cookie, self.access.session)
        answer.set_cookie(*cookie, path="/", httponly=True, samesite="strict")
        return answer

    async def _change(self, scope: Scope, receive: Receive) -> Receive:
        """The request's body, once everything says that a page of ours sent it."""
        headers = Headers(scope=scope)
        if headers.getlist("origin") != [f"http://{headers['host']}"]:
            raise _RefusedError(403, "only pages of the studio may change something")
        if headers.get("sec-fetch-site", "same-origin") != "same-origin":
            raise _RefusedError(403, "only pages of the studio may change something")
        kind = headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind not in {FORM, JSON}:
            raise _RefusedError(415, "a change comes as a form or as JSON")
        if kind == JSON and not same(headers.get(CSRF_HEADER), self.access.csrf):
            raise _RefusedError(403, "the page is of an earlier run; load it again")
        body = await _body(headers, receive)
        form = _form(body) if kind == FORM else {}
        if kind == FORM and not same(form.get(CSRF_FIELD), self.access.csrf):
            raise _RefusedError(403, "the page is of an earlier run; load it again")
        scope["state"]["form"] = form
        told = False

        async def again() -> Message:
            nonlocal told
            if told:
                return await receive()
            told = True
            return {"type": "http.request", "body": body, "more_body": False}

        return again


async def _body(headers: Headers, receive: Receive) -> bytes:
    announced = headers.get("content-length", "0")
    if not announced.isdecimal() or int(announced) > LARGEST_BODY:
        raise _RefusedError(413, f"more than {LARGEST_BODY // 1024} KB at once")
    pieces, size, more = [], 0, True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            raise _RefusedError(400, "the request broke off")
        pieces.append(message.get("body", b""))
        size += len(pieces[-1])
        if size > LARGEST_BODY:
            raise _RefusedError(413, f"more than {LARGEST_BODY // 1024} KB at once")
        more = message.get("more_body", False)
    return b"".join(pieces)


def _form(body: bytes) -> dict[str, str]:
    try:
        fields = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=200)
    except ValueError as error:
        raise _RefusedError(400, "the form cannot be read") from error
    return {name: values[-1] for name, values in fields.items()}


def _cookie(headers: Headers, name: str) -> str | None:
    for line in headers.getlist("cookie"):
        try:
            found = SimpleCookie(line).get(name)
        except CookieError:
            continue
        if found is not None:
            return found.value
    return None


def _with_headers(send: Send, nonce: str) -> Send:
    async def guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.setdefault("content-security-policy", POLICY.format(nonce=nonce))
            for name, value in HEADERS.items():
                headers[name] = value
        await send(message)

    return guarded
