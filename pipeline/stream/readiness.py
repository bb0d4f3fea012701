"""What must be true before a worker starts: brokers that answer, and can give what is asked."""

import asyncio
import logging

from aiokafka.errors import KafkaError

from pipeline.exits import EXIT_FOUND, EXIT_USAGE, Refused
from pipeline.settings import Settings
from pipeline.stream.authorization import refuse_missing_rights
from pipeline.stream.broker_watch import BrokerWatch
from pipeline.stream.connection import Unreachable, access_refused, greet, reason
from pipeline.stream.guarantees import guarantee_of
from pipeline.stream.rights import worker_rights
from pipeline.stream.topic_admin import admin_client, describe_topics
from pipeline.stream.topics import problems

logger = logging.getLogger(__name__)

#: Between two attempts to reach a broker, in seconds.
PAUSE = 1.0
#: How long a broker that answers may take to describe the topics, in seconds.
DESCRIBE_SECONDS = 10.0


async def wait_until_ready(settings: Settings) -> None:
    """Wait for the brokers, however long it takes, then check rights, topics and guarantee.

    Raises `Refused` where waiting would not help.
    """
    watch = BrokerWatch(settings)
    while True:
        try:
            await greet(settings)
            watch.found()
            await refuse_missing_rights(settings, worker_rights(settings))
            await _check_topics(settings)
            await guarantee_of(settings).check()
        except Unreachable:
            watch.lost()
        except KafkaError as error:
            if access_refused(error):
                raise Refused(f"The broker refuses: {reason(error)}", EXIT_USAGE) from None
            if not error.retriable:
                raise
        else:
            return
        await asyncio.sleep(PAUSE)


async def _check_topics(settings: Settings) -> None:
    async with admin_client(settings, DESCRIBE_SECONDS) as admin:
        topics = await describe_topics(admin, settings)
    found = problems(*topics, settings)
    for problem in found:
        log = logger.error if problem.severity == "error" else logger.warning
        remedy = problem.remedy(settings.brokers)
        log("%s %s: %s", problem.topic, problem.text, remedy, extra={"topic": problem.topic})
    if any(problem.severity == "error" for problem in found):
        raise Refused("The topics are not as needed; see `page-pipeline topics check`", EXIT_FOUND)
