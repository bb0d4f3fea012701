from pathlib import Path

import pytest

from pipeline.setting_names import SettingsError, names_in, refuse_unknown, variable

FIELDS = ["brokers", "group", "web_port"]


def test_variable() -> None:
    assert variable("web_port") == "PIPELINE_WEB_PORT"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("PIPELINE_BROKER", "did you mean PIPELINE_BROKERS?"),
        ("PIPELINE_WEBPORT", "did you mean PIPELINE_WEB_PORT?"),
        ("PIPELINE_brokers", "see `page-pipeline settings`"),
        ("PIPELINE_XYZZY", "see `page-pipeline settings`"),
        ("PIPELINE_", "see `page-pipeline settings`"),
    ],
)
def test_unknown_names_are_refused(name: str, told: str) -> None:
    with pytest.raises(SettingsError) as refused:
        refuse_unknown(["PATH", name], FIELDS)
    assert str(refused.value) == f"{name}: no such setting; {told}"


def test_known_and_foreign_names_are_not() -> None:
    refuse_unknown(["PIPELINE_BROKERS", "PIPELINE_WEB_PORT", "PATH", "MY_PIPELINE_X"], FIELDS)


def test_names_in(tmp_path: Path) -> None:
    file = tmp_path / "test.env"
    file.write_text("# first\nA=1\n\nexport B='x y' # last\nC=\n")
    assert names_in(file) == ["A", "B", "C"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"A=1\nB x\n", "{file}, line 2: expected NAME=value"),
        (b"A\n", "{file}, line 1: expected NAME=value"),
        (b"A=\xff", "{file}: expected UTF-8 text"),
        (None, "{file}: expected a readable file, found No such file or directory"),
    ],
    ids=["no equals sign", "no value", "not UTF-8", "no file"],
)
def test_other_files_are_refused(tmp_path: Path, content: bytes | None, told: str) -> None:
    file = tmp_path / "test.env"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(SettingsError) as refused:
        names_in(file)
    assert str(refused.value) == told.format(file=file)
