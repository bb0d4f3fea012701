"""The commands, each in a file of its own that is imported only when it is used."""

from importlib import import_module
from typing import Any, Final

import click

from pipeline.commands.failures import one_line_failures

#: By name: what `page-pipeline --help` says. The command is the function of that name (`-` is `_`)
#: in the module of that name, in this package.
COMMANDS: Final = {
    "demo": "See it work, in a minute, with nothing else installed.",
    "worker": "Run one worker: from the raw topic to the two output topics.",
    "enrich": "Enrich JSON lines offline, without Kafka.",
    "explain": "Say what becomes of one event, and by which rules.",
    "produce": "Write JSON lines to the raw topic.",
    "tail": "Follow a topic.",
    "lag": "Show what the workers have still to read, and since when.",
    "plan": "Reckon what a rate of events needs.",
    "dead-letters": "List dead letters, or send them to the raw topic again.",
    "topics": "Create the three topics, or check them.",
    "settings": "Show every setting: its value, its default, what it means.",
    "schema": "Print the JSON Schema of a canonical event.",
}


class CommandGroup(click.Group):
    """Imports a command when it is used, and ends with one line and an exit code when it fails."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        name = cmd_name.replace("-", "_")
        command: click.Command = getattr(import_module(f"pipeline.commands.{name}"), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def make_context(self, *arguments: Any, **options: Any) -> click.Context:
        with one_line_failures():
            return super().make_context(*arguments, **options)

    def invoke(self, ctx: click.Context) -> Any:
        with one_line_failures():
            return super().invoke(ctx)


@click.group(cls=CommandGroup)
@click.version_option(package_name="page-pipeline", message="%(prog)s %(version)s")
def page_pipeline() -> None:
    """Raw page events in, canonical page events out, through Kafka or offline.

    Settings come from environment variables that begin with PIPELINE_: `page-pipeline settings`
    shows them all.
    """
