import subprocess
import sys

import click
import pytest

from pipeline.commands.group import COMMANDS, page_pipeline
from tests.commands.support import invoke


def subcommands() -> list[tuple[str, ...]]:
    """List every command as it is typed, `topics create` and its like included."""
    context = click.Context(page_pipeline)
    found: list[tuple[str, ...]] = []
    for name in page_pipeline.list_commands(context):
        command = page_pipeline.get_command(context, name)
        inner = command.list_commands(context) if isinstance(command, click.Group) else None
        found += [(name, each) for each in inner] if inner else [(name,)]
    return found


def test_help_lists_every_command() -> None:
    shown = invoke("--help").stdout
    assert all(f"  {name} " in shown and text in shown for name, text in COMMANDS.items())


@pytest.mark.parametrize("command", subcommands(), ids=" ".join)
def test_every_command_has_help_with_an_example(command: tuple[str, ...]) -> None:
    result = invoke(*command, "--help")
    assert result.exit_code == 0
    assert f"page-pipeline {' '.join(command)}" in result.stdout
    assert "Example: " in result.stdout


@pytest.mark.parametrize(
    "command",
    [
        ("tail",),
        ("lag",),
        ("produce",),
        ("dead-letters", "list"),
        ("dead-letters", "replay"),
        ("topics", "create"),
        ("topics", "check"),
    ],
    ids=" ".join,
)
def test_kafka_commands_have_a_timeout(command: tuple[str, ...]) -> None:
    shown = invoke(*command, "--help").stdout
    assert "--timeout SECONDS" in shown
    assert "[default: 10.0;" in shown


@pytest.mark.parametrize("command", subcommands(), ids=" ".join)
def test_commands_are_named_as_they_are_called(command: tuple[str, ...]) -> None:
    context = click.Context(page_pipeline)
    found = page_pipeline.get_command(context, command[0])
    assert found is not None
    assert found.name == command[0]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--xyzzy"], "No such option: --xyzzy; try 'page-pipeline --help'\n"),
        (["wrong"], "No such command 'wrong'; try 'page-pipeline --help'"),
        (
            ["tail", "wrong"],
            "Invalid value for '{raw|enriched|dead-letter}': 'wrong' is",
        ),
        (["tail"], "Missing argument '{raw|enriched|dead-letter}'"),
        (
            ["tail", "raw", "--timeout", "0"],
            "Invalid value for '--timeout': 0.0 is not in",
        ),
        (["enrich", "--env-file", "/nowhere"], "/nowhere: expected a readable file"),
        (["dead-letters", "list", "--code", "wrong"], "Invalid value for '--code': 'wrong' is"),
        (
            ["dead-letters", "replay", "--since", "2026-11-24", "--until", "2026-11-24"],
            "--since must be before --until; try 'page-pipeline dead-letters replay --help'\n",
        ),
    ],
    ids=["option", "command", "value", "no value", "range", "file", "code", "times"],
)
def test_wrong_usage_is_one_line(arguments: list[str], told: str) -> None:
    result = invoke(*arguments)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"page-pipeline: {told}")
    assert result.stderr.count("\n") == 1


def test_version() -> None:
    assert invoke("--version").stdout.startswith("page-pipeline ")


@pytest.mark.parametrize(
    ("command", "unwanted"),
    [
        ("--help", "aiokafka faust pydantic rich ua_parser"),
        ("settings", "aiokafka faust ua_parser"),
        ("schema", "aiokafka faust ua_parser"),
        ("enrich", "aiokafka faust"),
        ("explain", "aiokafka faust"),
        ("plan --rate 1", "aiokafka faust ua_parser"),
    ],
)
def test_a_command_loads_only_what_it_needs(command: str, unwanted: str) -> None:
    script = (
        "import sys; from pipeline.commands.group import page_pipeline;"
        f"page_pipeline({command.split()!r}, standalone_mode=False);"
        f"print(sorted(set({unwanted.split()}) & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], input=b"", capture_output=True, check=True
    )
    assert done.stderr.endswith(b"[]\n")
