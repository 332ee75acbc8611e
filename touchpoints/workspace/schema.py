"""The JSON Schema of the workspace file, for editors, from the models that check it."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from touchpoints.moments import all_moments
from touchpoints.workspace.models import TouchpointSection, WorkspaceSection

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema() -> dict[str, Any]:
    """The schema of `touchpoints.yaml` (JSON Schema 2020-12), with the moments installed here."""
    kinds = all_moments()
    models: tuple[type[BaseModel], ...] = (WorkspaceSection, *kinds)
    references, definitions = models_json_schema([(model, "validation") for model in models])
    named: dict[str, Any] = definitions["$defs"]
    for section in named.values():
        _refuse_other_names(section)
    moment = named[TouchpointSection.__name__]["properties"]["moment"]
    named[TouchpointSection.__name__]["properties"]["moment"] = {
        "description": moment["description"],
        "anyOf": [references[(kind, "validation")] for kind in kinds],
    }
    return {"$schema": DIALECT, "title": "touchpoints.yaml", "$defs": named} | references[
        (WorkspaceSection, "validation")
    ]


def _refuse_other_names(section: dict[str, Any]) -> None:
    for value in section.get("properties", {}).values():
        if "patternProperties" in value:
            value["additionalProperties"] = False
