from typing import Any

import pytest
from aiokafka.protocol.transaction import InitProducerIdRequest

from pipeline.stream.fence import LAST_EPOCH, Fence
from pipeline.stream.producer_id import ProducerEpoch

#: At this epoch Kafka grants another producer id.
EXHAUSTED = 32_766


class Coordinator(Fence):
    """A fence that answers itself, as Kafka's coordinator does, and notes who was shut out."""

    def __init__(self, current: ProducerEpoch) -> None:
        no_client: Any = None
        super().__init__(no_client, "id", ("enriched", "dead-letter"), 0)
        self._current = current
        self.shut_out: list[ProducerEpoch] = []

    async def _send(self, request: Any) -> Any:
        if isinstance(request, InitProducerIdRequest):
            self._current = following(self._current)
        return self

    @property
    def producer_id(self) -> int:
        return self._current.producer_id

    @property
    def producer_epoch(self) -> int:
        return self._current.epoch

    async def renew(self, writer: ProducerEpoch) -> None:
        self.shut_out.append(writer)


def following(current: ProducerEpoch) -> ProducerEpoch:
    if current.epoch >= EXHAUSTED:
        return ProducerEpoch(current.producer_id + 1, 0)
    return ProducerEpoch(current.producer_id, current.epoch + 1)


@pytest.mark.parametrize("epoch", [0, 1, *range(LAST_EPOCH - 3, LAST_EPOCH + 1)])
async def test_every_fence_shuts_out_the_writer_of_the_one_before(epoch: int) -> None:
    coordinator = Coordinator(ProducerEpoch(7, epoch))
    for _ in range(3):
        before = coordinator._current
        await coordinator.raise_()
        assert coordinator.shut_out[-1].producer_id == before.producer_id
        assert coordinator.shut_out[-1].epoch > before.epoch
