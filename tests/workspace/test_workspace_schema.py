"""The JSON Schema tells editors what the models accept."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from touchpoints.workspace import json_schema

SMALL = "name: Shop\ntimezone: UTC\n"


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    schema = json_schema()
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def read(text: str) -> Any:
    return YAML(typ="safe", pure=True).load(text)


def test_the_schema_accepts_the_example_of_the_contract(validator, harbour):
    assert list(validator.iter_errors(read(harbour))) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("timezone: Asia/Shanghai          #", "timezon: Asia/Shanghai #"),
        ("cost: 0.05", "price: 0.05"),
        ("consent: assumed", "consents: assumed"),
        ("consent: assumed", "consent: implied"),
        ("per: 7d", "pre: 7d"),
        ("per: 7d", "per: week"),
        ("priority: 60", "prioritty: 60"),
        ("priority: 60", "priority: 101"),
        ("annual: birthday", "anual: birthday"),
        ("leap_day: backward", "leap_day: back"),
        ('open: "0d 09:00"', 'opens: "0d 09:00"'),
        ("transport: smtp", "transport: fax"),
        ("  sms:   {", "  SMS:   {"),
        ("template: birthday", "shadow: 3\n    template: birthday"),
        ("phone:", "fone:"),
    ],
)
def test_the_schema_refuses_misspelt_keys_and_values(validator, harbour, old, new):
    assert old in harbour
    assert list(validator.iter_errors(read(harbour.replace(old, new)))) != []


@pytest.mark.parametrize(
    "line",
    [
        "channels: {sms: {transport: null}}",
        "ticks: {plan: 30, deliver: 5s}",
        "retention: 90d",
        "limits: {per_run: 5000, per_day: 20000}",
        "channels: {sms: {transport: null, rate: 600 per minute}}",
        "company: {phone: '1'}",
        "channels: {a: {transport: http, url: 'https://h.example/', form: {a: [1, b], c: true}}}",
        (
            "channels: {a: {transport: webhook, url: 'https://h.example/', secrets: '${X}', "
            "answers: [{status: 429, means: temporary}, {json: a.0, is: [null], means: accepted}]}}"
        ),
        "channels: {a: {transport: http, url: 'https://h.example/', json: [{a: 1}], key_life: 1d}}",
        "categories: {a: {hours: {mon: '09:00-17:00', tue: null}}}",
    ],
)
def test_the_schema_accepts_what_the_models_accept(validator, opened, line):
    opened(SMALL + line, X="whsec_")
    assert list(validator.iter_errors(read(SMALL + line))) == []


def test_the_schema_says_what_keys_mean_and_names_its_dialect():
    schema = json_schema()
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert "where everything is kept" in json.dumps(schema)
