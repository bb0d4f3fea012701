import json

from jsonschema import Draft202012Validator

from pipeline.event.schema import canonical_event_schema
from tests.commands.support import invoke


def test_schema() -> None:
    schema = json.loads(invoke("schema").stdout)
    Draft202012Validator.check_schema(schema)
    assert schema == canonical_event_schema()
