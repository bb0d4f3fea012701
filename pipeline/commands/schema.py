"""`page-pipeline schema`: what a consumer may rely on, for a machine."""

import json

import click

from pipeline.event.schema import canonical_event_schema


@click.command(epilog="Example: page-pipeline schema > page-event.schema.json")
def schema() -> None:
    """Print the JSON Schema (draft 2020-12) of a canonical event."""
    click.echo(json.dumps(canonical_event_schema(), indent=2, ensure_ascii=False))
