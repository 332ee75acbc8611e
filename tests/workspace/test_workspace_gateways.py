"""Channels that speak HTTP: what the file may say, and what it must leave to the environment."""

from __future__ import annotations

import pytest

from touchpoints.workspace.requests import statuses

SMALL = "name: Shop\ntimezone: UTC\n"
BODY = 'json: {to: "{{ message.address }}"}'
ENV = {"TOKEN": "s3cret", "SIGNING": "whsec_s3cret", "SENDER": "Shop"}


def channel(text: str) -> str:
    return SMALL + "channels:\n  sms: {" + text + "}\n"


WRONG = [
    (
        "transport: http, " + BODY,
        "4:3: the transport 'http' needs `url`; add `url` to the channel",
    ),
    (
        "transport: http, url: 'https://h.example/'",
        (
            "4:3: the transport 'http' needs a body; add `json` (or `form`), such as "
            '{to: "{{ message.address }}", …}'
        ),
    ),
    (
        "transport: http, url: 'https://h.example/', form: {a: b}, " + BODY,
        "4:53: a request has one body; keep `json` or `form`",
    ),
    (
        "transport: http, url: 'smtp://h.example', " + BODY,
        "4:31: `url` is 'smtp://h.example'; expected https://HOST/PATH",
    ),
    (
        "transport: http, url: 'http://h.example/', " + BODY,
        "4:31: `url` is 'http://h.example/', which anybody on the way can read; write https://",
    ),
    (
        "transport: smtp, from: a@b.example, url: 'https://h.example/'",
        (
            "4:50: `url` is 'https://h.example/'; expected smtp://HOST:PORT or "
            "smtps://USER:PASSWORD@HOST:PORT"
        ),
    ),
    (
        "transport: http, url: 'https://me:pa55@h.example/', " + BODY,
        (
            "4:31: `url` is a secret that everybody who reads this file knows; write "
            "https://USER:${PASSWORD}@HOST/PATH, and put the value into the environment"
        ),
    ),
    (
        "transport: http, url: 'https://h.example/', headers: {X-Api-Key: abc}, " + BODY,
        (
            "4:74: `X-Api-Key` is a secret that everybody who reads this file knows; write "
            'X-Api-Key: "${API_TOKEN}", and put the value into the environment'
        ),
    ),
    (
        "transport: webhook, url: 'https://h.example/', secrets: whsec_abc",
        (
            "4:65: `secrets` is a secret that everybody who reads this file knows; write "
            '"${WEBHOOK_SECRET}", and put the value into the environment'
        ),
    ),
    (
        "transport: webhook, url: 'https://h.example/'",
        "4:3: the transport 'webhook' needs `secrets`; add `secrets` to the channel",
    ),
    (
        "transport: http, url: 'https://h.example/', method: GET, " + BODY,
        "4:61: `method` is 'GET'; expected 'POST', 'PUT' or 'PATCH'",
    ),
    (
        "transport: http, url: 'https://h.example/', headers: {Host: x}, " + BODY,
        "4:63: `Host` is not a valid name; leave it out: the channel writes this header itself",
    ),
    (
        "transport: http, url: 'https://h.example/', key_life: 23s, " + BODY,
        "4:63: `key_life` is '23s'; expected a duration in m, h, d from 1m to 366d, such as 23h",
    ),
    (
        "transport: http, url: 'https://h.example/', answers: [{means: ok, status: 200}], " + BODY,
        (
            "4:71: `means` is 'ok'; expected 'accepted', 'temporary', 'permanent', 'in_doubt' or "
            "'unreachable'"
        ),
    ),
    (
        "transport: http, url: 'https://h.example/', answers: [{mean: accepted}], " + BODY,
        "4:64: the answer has no key `mean`; did you mean `means`?",
    ),
    (
        "transport: http, url: 'https://h.example/', answers: [{means: accepted}], " + BODY,
        "4:63: it fits every answer; add `status` or `json`",
    ),
    (
        "transport: http, url: 'https://h.example/', "
        "answers: [{means: accepted, status: 200, is: ok}], " + BODY,
        "4:63: `is` compares nothing; say where with `json`",
    ),
    (
        "transport: http, url: 'https://h.example/', answers: [{means: accepted, status: 2xx}], "
        + BODY,
        "4:89: `status` is '2xx'; expected a status such as 429 or 500-599",
    ),
    (
        "transport: http, url: 'https://h.example/', provider_id: 'a b', " + BODY,
        (
            "4:66: `provider_id` is 'a b'; expected a path such as messages.0.status, "
            "or . for the whole answer"
        ),
    ),
    (
        "transport: http, url: 'https://h.example/', json: 'text'",
        "4:59: `json` is 'text'; expected a mapping or a list",
    ),
    (
        "transport: http, url: 'https://h.example/', json: {a: .nan}",
        "4:59: a number in it is not finite; JSON has no such number",
    ),
    (
        "transport: http, url: 'https://h.example/', form: {a: {b: c}}",
        "4:63: `a` is a mapping; expected a text, a number, true, false or null",
    ),
    (
        "transport: http, url: 'https://h.example/', allow_private: ['https://x'], " + BODY,
        (
            "4:69: entry 1 of `allow_private` is 'https://x'; expected a host as the url has it, "
            "such as gateway.internal"
        ),
    ),
    (
        "transport: file, path: x, headers: {a: b}",
        (
            "4:35: the transport 'file' has no key `headers`; its keys are `path`, `from`, "
            "`reply_to`; or change the transport"
        ),
    ),
]


@pytest.mark.parametrize(("text", "told"), WRONG)
def test_a_wrong_channel_is_told_with_its_place_and_a_remedy(complaints, text, told):
    found = [str(each) for each in complaints(channel(text), **ENV)]
    assert f"touchpoints.yaml:{told}" in found


@pytest.mark.parametrize(
    "text",
    [
        "transport: http, url: 'https://h.example/${TOKEN}', " + BODY,
        "transport: http, url: 'https://me:${TOKEN}@h.example/', " + BODY,
        "transport: http, url: 'http://127.0.0.1:8080/', " + BODY,
        "transport: http, url: 'https://h.example/', headers: {Authorization: 'Bearer ${TOKEN}'}, "
        + BODY,
        "transport: http, url: 'https://h.example/', form: {To: '{{ message.body }}', n: [1, 2]}",
        "transport: webhook, url: 'https://h.example/', secrets: ['${SIGNING}']",
        "transport: http, url: 'https://h.example/', answers: [{json: a.b, is: null, "
        "means: permanent}], " + BODY,
    ],
)
def test_a_right_channel_is_taken_without_a_word(complaints, text):
    assert [str(each) for each in complaints(channel(text), **ENV)] == []


def test_what_the_environment_puts_into_a_body_is_warned_about(complaints):
    text = "transport: http, url: 'https://h.example/', json: {from: ['${SENDER}']}"
    (warning,) = complaints(channel(text), **ENV)
    assert str(warning) == (
        "touchpoints.yaml:4:67: what the environment says here is stored with every message, and "
        "shown; a secret belongs into `headers` or `url`; anything else is fine"
    )
    assert warning.severity == "warning"


def test_settings_carry_the_keys_and_show_no_secret(opened):
    text = (
        "transport: http, url: 'https://h.example/${TOKEN}', headers: {A: 'Bearer ${TOKEN}'}, "
        "answers: [{json: a, is: [x, 1], means: accepted}, {status: 429, means: temporary}], "
        "idempotent: true, " + BODY
    )
    settings = opened(channel(text), **ENV).channels["sms"]
    assert settings.kind == "text"
    assert settings.options["headers"] == {"A": "Bearer s3cret"}
    assert settings.options["answers"] == [
        {"means": "accepted", "json": "a", "is": ["x", 1]},
        {"means": "temporary", "status": [429]},
    ]
    assert "s3cret" not in repr(settings)


def test_a_status_is_one_code_or_a_range_of_them():
    assert statuses(429) == range(429, 430)
    assert statuses("500-599") == range(500, 600)
    for written in ("599-500", "600", "2xx", "", "200-"):
        with pytest.raises(ValueError, match="expected a status"):
            statuses(written)
