"""A report as a line of ``autograder grade --json``, and the schema of such a line.

The schema follows from the records in ``autograder.model``.  After a change of these, write it anew:
``python -m autograder.reports.line``; a test compares.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec

from autograder.files import write_text
from autograder.model import Report

SCHEMA = Path(__file__).with_name("report.schema.json")
LEFT_OUT = "label"  # of the batch; a line has the file's name as it was given


def as_line(report: Report, file: str) -> dict[str, object]:
    """The published form of a report, plain data for ``json.dumps``."""
    return {"file": file, **{key: value for key, value in report.to_json().items() if key != LEFT_OUT}}


def line_schema() -> dict[str, Any]:
    """The JSON schema (draft 2020-12) of a line."""
    _, records = msgspec.json.schema_components([Report], ref_template="#/$defs/{name}")
    line = records.pop("Report")
    del line["properties"][LEFT_OUT]
    file = {"type": "string", "description": "As given on the command line."}
    line |= {"properties": {"file": file, **line["properties"]}}
    for record in (line, *records.values()):
        if "properties" in record:  # else it is one of the enumerations
            record |= {"required": list(record["properties"]), "additionalProperties": False}
            for entry in record["properties"].values():
                entry.pop("default", None)  # a line has every field
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A line of `autograder grade --json`: the report of one file",
    }
    return {**head, **{key: value for key, value in line.items() if key != "title"}, "$defs": records}


def schema_text() -> str:
    """What ``report.schema.json`` holds."""
    return json.dumps(line_schema(), indent=2) + "\n"


if __name__ == "__main__":
    write_text(SCHEMA, schema_text())
