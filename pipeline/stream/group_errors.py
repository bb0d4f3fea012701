"""What has gone wrong between a member and its group, read where aiokafka keeps it."""

import logging

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError

from pipeline.stream.connection import reason

logger = logging.getLogger(__name__)


class Refusals:
    """Logs what the brokers refuse, once for each kind in a row: it is tried again and again."""

    def __init__(self) -> None:
        self._reported: type[KafkaError] | None = None

    def report(self, error: KafkaError) -> None:
        """Log a refusal, as an error if it is another than the last one."""
        if type(error) is not self._reported:
            self._reported = type(error)
            logger.error("Kafka refuses, trying again: %s", reason(error))
        else:
            logger.debug("Kafka still refuses: %s", reason(error))

    def end(self) -> None:
        """Nothing is refused any more: the next refusal is another one, whatever it says."""
        self._reported = None


def failure_of(kafka: AIOKafkaConsumer) -> Exception | None:
    """Why one of aiokafka's own tasks has ended: nobody would read or rejoin any more."""
    for task in (kafka._coordinator._coordination_task, kafka._fetcher.error_future):
        if task.done() and not task.cancelled() and (error := task.exception()):
            failure: Exception = error
            return failure
    return None


def refusal_of(kafka: AIOKafkaConsumer) -> KafkaError | None:
    """What the group refuses; aiokafka's coordinator waits until somebody takes note of it."""
    try:
        kafka._coordinator.check_errors()
    except KafkaError as error:
        return error
    return None
