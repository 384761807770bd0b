"""The published JSON schemas of the engine's values: ``problem.json``, ``policy.json``, ``outcome.json``.

They are made from the values themselves and kept beside this file, so that a reader needs no Python;
``python -m matching.schemas`` writes them anew.
"""

import json
from pathlib import Path
from types import MappingProxyType

from matching.outcome import Outcome
from matching.policy import Policy
from matching.problem import Problem
from matching.records import Record

SCHEMAS: MappingProxyType[str, type[Record]] = MappingProxyType(
    {"problem": Problem, "policy": Policy, "outcome": Outcome}
)
FOLDER = Path(__file__).parent


def schema_text(name: str) -> str:
    """Return the JSON schema of one of the engine's values, as it is published.

    Parameters
    ----------
    name : {"problem", "policy", "outcome"}
        The value.

    Returns
    -------
    str
        JSON Schema, draft 2020-12.
    """
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **SCHEMAS[name].model_json_schema(),
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def publish() -> None:
    """Write all schemas beside this file."""
    for name in SCHEMAS:
        (FOLDER / f"{name}.json").write_text(schema_text(name), encoding="utf-8")
