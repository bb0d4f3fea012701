import signal
from collections.abc import Iterator

import pytest

from pipeline.settings import Settings
from pipeline.stream import worker
from tests.commands.support import invoke


@pytest.fixture(autouse=True)
def _handler_of_pytest() -> Iterator[None]:
    handler = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, handler)


@pytest.mark.parametrize(
    ("arguments", "passed_on"),
    [
        ([], []),
        (["-l", "debug"], ["-l", "debug"]),
        (["--web-port", "0", "-h", "localhost"], ["--web-port", "0", "-h", "localhost"]),
        (["--web-port=0", "--env-file", "/dev/null", "-p1"], ["--web-port=0", "-p1"]),
    ],
)
def test_options_of_faust_are_passed_on(
    arguments: list[str], passed_on: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[list[str]] = []

    def run(_: Settings, faust_arguments: list[str]) -> int:
        given.append(faust_arguments)
        return 70

    monkeypatch.setattr(worker, "run", run)
    assert invoke("worker", *arguments).exit_code == 70
    assert given == [passed_on]


def test_ctrl_c_is_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(_: Settings, __: list[str]) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(worker, "run", run)
    assert invoke("worker").exit_code == 0


def test_help_is_ours() -> None:
    assert "Options of Faust's own worker" in invoke("worker", "--help").stdout
