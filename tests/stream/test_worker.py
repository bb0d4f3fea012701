import logging
from typing import Any

import pytest

from pipeline.exits import EXIT_BUG, EXIT_DONE, EXIT_FOUND, Refused
from pipeline.stream.outlet import DeliveryFailed
from pipeline.stream.worker import Worker

WORKER: Any = None


@pytest.mark.parametrize(
    ("failure", "code", "said"),
    [
        (None, EXIT_DONE, None),
        (Refused("too few partitions", EXIT_FOUND), EXIT_FOUND, "too few partitions"),
        (DeliveryFailed("cannot be delivered"), EXIT_BUG, "cannot be delivered"),
        (ValueError("what an event held"), EXIT_BUG, "A bug ends the worker: ValueError"),
    ],
    ids=["told to stop", "refused", "not delivered", "a bug"],
)
def test_how_a_worker_ends(
    failure: Exception | None, code: int, said: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        assert Worker._exit_code(WORKER, failure) == code
    assert caplog.messages == ([said] if said else [])
