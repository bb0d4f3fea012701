from pathlib import Path

import pytest

import pipeline
from pipeline.commands.settings import markdown_table
from pipeline.settings import Settings, variable
from tests.commands.support import invoke

DOCUMENT = Path(pipeline.__file__).parents[1] / "docs" / "settings.md"


def test_every_setting_is_shown_with_its_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIPELINE_GROUP", "mine")
    shown = invoke("settings").stdout
    assert all(f"\n{variable(field)}=" in "\n" + shown for field in Settings.model_fields)
    assert (
        "# The workers' consumer group. (text; default page-enrichment)\nPIPELINE_GROUP=mine\n"
        in shown
    )


def test_a_file_of_settings_can_be_given(tmp_path: Path) -> None:
    file = tmp_path / "test.env"
    file.write_text("PIPELINE_SKEW_TOLERANCE=1.50\n")
    assert "PIPELINE_SKEW_TOLERANCE=1.5\n" in invoke("settings", "--env-file", str(file)).stdout


def test_what_is_shown_can_be_read_again(tmp_path: Path) -> None:
    file = tmp_path / "test.env"
    file.write_text(invoke("settings").stdout)
    assert invoke("settings", "--env-file", str(file)).stdout == file.read_text()


def test_secrets_are_masked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIPELINE_SECURITY_PROTOCOL", "SASL_SSL")
    monkeypatch.setenv("PIPELINE_SASL_MECHANISM", "PLAIN")
    monkeypatch.setenv("PIPELINE_SASL_USERNAME", "user")
    monkeypatch.setenv("PIPELINE_SASL_PASSWORD", "correct horse")
    shown = invoke("settings").stdout
    assert "PIPELINE_SASL_PASSWORD=***\n" in shown
    assert "correct horse" not in shown


def test_a_wrong_setting_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIPELINE_LOG_LEVEL", "loud")
    result = invoke("settings")
    assert result.exit_code == 2
    assert result.stderr == (
        "page-pipeline: PIPELINE_LOG_LEVEL: expected 'debug', 'info', 'warning' or 'error',"
        " found 'loud'\n"
    )


@pytest.mark.parametrize(
    "row",
    [
        "| `PIPELINE_MAX_EVENT_BYTES` | bytes | `32768` | The longest raw event accepted. |",
        "| `PIPELINE_LOG_LEVEL` | debug, info, warning, error | `info` | ",
        "| `PIPELINE_REQUIRE_NAME` | true, false | `false` | ",
        "| `PIPELINE_CLIENT_ID` | text |  | ",
    ],
    ids=["unit", "choice", "boolean", "no default"],
)
def test_markdown(row: str) -> None:
    assert f"\n{row}" in invoke("settings", "--markdown").stdout


def test_the_document_is_fresh() -> None:
    """Write it anew with `page-pipeline settings --markdown`, below its heading."""
    assert DOCUMENT.read_text().endswith("\n\n" + markdown_table())
