"""What the pages in docs/ say is so; tests/integration/test_docs.py runs their commands."""

import re
import shlex
from typing import Any

import pytest
import yaml
from click import Command, Context, Group

from pipeline.commands.group import page_pipeline
from pipeline.commands.plan_capacity import CPU_MICROSECONDS
from pipeline.commands.settings import markdown_table
from pipeline.explain.words import DEAD_LETTERS
from pipeline.logs import EXTRA_KEYS
from pipeline.observe import metrics
from pipeline.settings import Settings, variable
from tests.commands.support import invoke
from tests.pages import PAGES, ROOT, anchor, blocks, commands, headings, section

RULE_FILES = sorted((ROOT / "deploy" / "prometheus").glob("*.y*ml"))


def test_the_reference_of_settings_is_what_page_pipeline_settings_markdown_writes() -> None:
    assert PAGES["settings.md"].endswith(f"\n\n{markdown_table()}")


def test_the_table_of_metrics_is_that_of_the_code() -> None:
    assert f"\n\n{metrics.markdown_table()}\n\n" in PAGES["observability.md"]


def test_the_table_of_log_keys_is_that_of_the_code() -> None:
    listed = re.findall(r"^\| `(\w+)` \|", section_lines("observability.md", "Logs"), re.MULTILINE)
    assert listed == ["time", "level", "message", *EXTRA_KEYS]


def section_lines(page: str, heading: str) -> str:
    return PAGES[page].split(f"\n## {heading}\n")[1]


# -- Commands and links


@pytest.mark.parametrize(
    ("page", "line"), [(page, line) for page in PAGES for line in commands(page)]
)
def test_a_command_is_one_that_there_is(page: str, line: str) -> None:
    match shlex.split(line.split(" > ", maxsplit=1)[0]):
        case ["page-pipeline", *words]:
            make_context(words)
        case ["make", target, *_]:
            assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE)
        case ["kafka-acls.sh" | "kafka-configs.sh", *_] if page == "security.md":
            pass  # the tests of the broker that lets not everybody in run them
        case ["curl", "--silent", address]:
            assert address.removeprefix("http://localhost:6066") in {"/healthz", "/readyz"}
        case ["export", setting]:
            assert setting.split("=")[0] in map(variable, Settings.model_fields)
        case _:
            assert line in only_linted(), f"{page}: nothing tests this command"


def make_context(words: list[str]) -> None:
    """Let click read a command line; it refuses what there is not."""
    command: Command | None = page_pipeline
    while isinstance(command, Group):
        command = command.get_command(Context(command), words.pop(0))
    assert command
    command.make_context(command.name, words)


def only_linted() -> list[str]:
    _, listed = PAGES["development.md"].split("these are only linted:\n\n")
    return re.findall(r"^- `(.*)`$", listed.split("\n\n")[0], re.MULTILINE)


@pytest.mark.parametrize(
    ("page", "link"),
    [(page, link) for page in PAGES for link in re.findall(r"\]\((?!https?:)(.*?)\)", PAGES[page])],
)
def test_a_link_leads_somewhere(page: str, link: str) -> None:
    path, _, wanted = link.partition("#")
    target = (ROOT / "docs" / (path or page)).resolve()
    assert target.exists()
    if wanted:
        assert wanted in map(anchor, headings(target.name))


# -- operations.md


@pytest.mark.parametrize("code", DEAD_LETTERS)
def test_the_runbook_says_of_a_dead_letter_what_explain_says(code: Any) -> None:
    told = section("operations.md", code)
    assert f"**It means:** {DEAD_LETTERS[code].meaning} **Look:** " in told
    assert f"**Mend it:** {DEAD_LETTERS[code].remedy}" in told


def alerts() -> list[str]:
    files = [yaml.safe_load(path.read_text()) for path in RULE_FILES]
    groups = [group for file in files for group in (file or {}).get("groups", [])]
    return [rule["alert"] for group in groups for rule in group["rules"] if "alert" in rule]


def test_the_runbook_has_a_section_for_every_alert_and_for_none_that_there_is_not() -> None:
    _, rest = PAGES["operations.md"].split("\n## Alerts\n")
    described = re.findall(r"^### (.*)$", rest.split("\n## ")[0], re.MULTILINE)
    assert all("**Look**" in section("operations.md", alert) for alert in described)
    if RULE_FILES:
        assert sorted(described) == sorted(alerts())


# -- capacity.md


def test_the_plan_reckons_with_what_was_measured() -> None:
    (row,) = re.findall(r"^\| \*\*page-pipeline\*\* \|.*$", PAGES["performance.md"], re.MULTILINE)
    assert f"**{CPU_MICROSECONDS}**" in row


def test_the_plan_on_the_page_is_what_the_command_prints() -> None:
    (command,) = commands("capacity.md")
    (shown,) = blocks("capacity.md", "text")
    assert shown == invoke(*shlex.split(command)[1:]).stdout, "run it, and paste what it prints"
