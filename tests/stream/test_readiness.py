import pytest
from aiokafka.errors import TopicAuthorizationFailedError, UnknownTopicOrPartitionError

from pipeline.exits import EXIT_USAGE, Refused
from pipeline.settings import Settings
from pipeline.stream import readiness
from pipeline.stream.readiness import wait_until_ready


class Guaranteed:
    async def check(self) -> None: ...


async def test_rights_that_are_missing_are_refused_and_what_passes_is_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers: list[Exception | None] = [
        TopicAuthorizationFailedError("raw"),
        UnknownTopicOrPartitionError(),
        None,
    ]

    async def nothing(*_: object) -> None: ...

    async def check_topics(_: Settings) -> None:
        if answer := answers.pop(0):
            raise answer

    monkeypatch.setattr(readiness, "PAUSE", 0)
    monkeypatch.setattr(readiness, "greet", nothing)
    monkeypatch.setattr(readiness, "refuse_missing_rights", nothing)
    monkeypatch.setattr(readiness, "_check_topics", check_topics)
    monkeypatch.setattr(readiness, "guarantee_of", lambda _: Guaranteed())
    with pytest.raises(Refused) as refused:
        await wait_until_ready(Settings())
    assert refused.value.exit_code == EXIT_USAGE
    await wait_until_ready(Settings())
    assert answers == []
