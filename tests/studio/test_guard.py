"""The door of the studio: every rule refuses on its own, and refuses where something is missing."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.websockets import WebSocketDisconnect

from tests.studio.conftest import HOME, PORT, Visit
from touchpoints.studio.guard import LARGEST_BODY

LANGUAGE = {"language": "zh", "back": "/templates"}


def test_whoever_has_the_printed_address_gets_a_cookie_that_no_script_can_read(
    stranger: Visit,
) -> None:
    answer = stranger.browser.get(stranger.studio.access.address, follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/"
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert stranger.studio.access.token not in str(answer.headers)
    assert stranger.browser.get("/templates").status_code == 200


@pytest.mark.parametrize("path", ["/", "/templates", "/static/studio.css", "/nowhere", "/docs"])
@pytest.mark.parametrize("token", [None, "", "wrong", "é", "a&token=b"])
def test_without_the_token_nothing_is_shown(stranger: Visit, path: str, token: str | None) -> None:
    answer = stranger.browser.get(path if token is None else f"{path}?token={token}")
    assert answer.status_code == 401
    assert "touchpoints studio" in answer.text or "token" in answer.text


def test_the_cookie_of_another_run_opens_nothing(visit: Visit) -> None:
    visit.browser.cookies.clear()
    visit.browser.cookies.set(visit.studio.access.cookie, visit.studio.access.token)
    assert visit.browser.get("/templates").status_code == 401


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        f"evil.example:{PORT}",
        "127.0.0.1",
        "127.0.0.1:80",
        f"127.0.0.1.nip.io:{PORT}",
    ],
)
def test_another_name_for_this_machine_is_not_answered_to(visit: Visit, host: str) -> None:
    assert visit.browser.get("/templates", headers={"Host": host}).status_code == 421


@pytest.mark.parametrize("site", ["cross-site", "same-site", "anything"])
def test_what_another_site_asks_for_is_refused(visit: Visit, site: str) -> None:
    asked = {"Sec-Fetch-Site": site}
    assert visit.browser.get("/templates", headers=asked).status_code == 403


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_there_are_no_other_methods_than_get_and_post(visit: Visit, method: str) -> None:
    assert visit.browser.request(method, "/templates").status_code == 405


def test_a_web_socket_is_not_accepted(visit: Visit) -> None:
    with (
        pytest.raises(WebSocketDisconnect),
        visit.browser.websocket_connect("/templates"),
    ):
        pass


def test_a_change_that_a_page_of_ours_sends_is_made(visit: Visit) -> None:
    form = {**LANGUAGE, "csrf": visit.studio.access.csrf}
    answer = visit.browser.post("/language", data=form, headers={"Origin": HOME})
    assert answer.status_code == 200
    assert 'lang="zh-Hans"' in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "null"},
        {"Origin": "https://evil.example"},
        {"Origin": f"https://127.0.0.1:{PORT}"},
        {"Origin": "http://127.0.0.1"},
        {"Origin": f"http://localhost:{PORT}"},
        {"Origin": HOME, "Sec-Fetch-Site": "cross-site"},
        {"Origin": HOME, "Sec-Fetch-Site": "none"},
    ],
)
def test_a_change_from_elsewhere_is_refused(visit: Visit, headers: dict[str, str]) -> None:
    form = {**LANGUAGE, "csrf": visit.studio.access.csrf}
    assert visit.browser.post("/language", data=form, headers=headers).status_code == 403


@pytest.mark.parametrize("csrf", [{}, {"csrf": ""}, {"csrf": "wrong"}])
def test_a_form_without_the_secret_of_its_page_is_refused(
    visit: Visit, csrf: dict[str, str]
) -> None:
    answer = visit.browser.post("/language", data=LANGUAGE | csrf, headers={"Origin": HOME})
    assert answer.status_code == 403


def test_json_without_the_secret_of_its_page_is_refused(visit: Visit) -> None:
    answer = visit.browser.post("/language", json=LANGUAGE, headers={"Origin": HOME})
    assert answer.status_code == 403
    form_secret = LANGUAGE | {"csrf": visit.studio.access.csrf}
    answer = visit.browser.post("/language", json=form_secret, headers={"Origin": HOME})
    assert answer.status_code == 403


@pytest.mark.parametrize("kind", ["text/plain", "multipart/form-data; boundary=x", ""])
def test_a_change_of_another_kind_is_refused(visit: Visit, kind: str) -> None:
    headers = {**visit.ours, "Content-Type": kind}
    assert visit.browser.post("/language", content=b"x", headers=headers).status_code == 415


def test_a_body_that_is_too_large_is_refused_announced_or_not(visit: Visit) -> None:
    headers = {**visit.ours, "Content-Type": "application/json"}
    large = b"x" * (LARGEST_BODY + 1)
    assert visit.browser.post("/language", content=large, headers=headers).status_code == 413
    piecewise = visit.browser.post("/language", content=iter([large]), headers=headers)
    assert piecewise.status_code == 413


@pytest.mark.parametrize("path", ["/templates", "/nowhere", "/static/studio.css"])
def test_every_answer_forbids_what_a_page_does_not_need(visit: Visit, path: str) -> None:
    headers = visit.browser.get(path).headers
    policy = headers["content-security-policy"]
    for rule in ("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'"):
        assert f"{rule};" in policy
    assert "unsafe" not in policy
    assert "base-uri 'none'; form-action 'self'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cache-control"] == "no-store"


def test_a_refusal_has_these_headers_too(stranger: Visit) -> None:
    headers = stranger.browser.get("/").headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json", "/static/../app.py"])
def test_the_pages_do_not_describe_themselves(visit: Visit, path: str) -> None:
    assert visit.browser.get(path).status_code == 404


@pytest.mark.parametrize(
    "back", ["//evil.example", "/\\evil.example", "https://evil.example", "", "javascript:alert(1)"]
)
def test_the_way_back_leads_nowhere_else(visit: Visit, back: str) -> None:
    form = {"language": "zh", "back": back, "csrf": visit.studio.access.csrf}
    origin = {"Origin": HOME}
    answer = visit.browser.post("/language", data=form, headers=origin, follow_redirects=False)
    assert answer.headers["location"] == "/"


def test_a_broken_policy_is_a_page_with_its_places(visit: Visit, bank: Path) -> None:
    (bank / "touchpoints.yaml").write_text("name: <script>alert(1)</script>\ntimezon: UTC\n")
    answer = visit.browser.get("/templates")
    assert answer.status_code == 422
    assert "touchpoints.yaml:2:1" in answer.text
    assert "<script>alert" not in answer.text
    assert "Traceback" not in answer.text


def test_an_unforeseen_failure_shows_no_traceback(visit: Visit, bank: Path) -> None:
    (bank / "touchpoints.yaml").unlink()
    (bank / "touchpoints.yaml").mkdir()
    answer = visit.browser.get("/templates")
    assert answer.status_code >= 400
    assert "Traceback" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
