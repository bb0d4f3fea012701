"""Whether the raw topic has outgrown its outputs while workers run."""

from aiokafka.errors import TopicAuthorizationFailedError
from aiokafka.protocol.metadata import MetadataRequest

from pipeline.exits import EXIT_FOUND, Refused
from pipeline.settings import Settings
from pipeline.stream.producer_id import connected_client


async def refuse_outgrown_outputs(settings: Settings) -> None:
    """Raise `Refused` where an output has fewer partitions than the raw topic.

    There is nowhere to write then: the contract, section 8. Asks one broker once, so that all that
    is compared was true at the same time. Raises `KafkaError` where we may not ask.
    """
    outputs = (settings.enriched_topic, settings.dead_letter_topic)
    request = MetadataRequest([settings.raw_topic, *outputs], allow_auto_topic_creation=False)
    async with connected_client(settings) as client:
        answer = await client.send(client.get_random_node(), request)
    topics = answer.to_object()["topics"]
    for topic in topics:
        if topic["error_code"] == TopicAuthorizationFailedError.errno:
            raise TopicAuthorizationFailedError(topic["topic"])
    partitions = {topic["topic"]: len(topic["partitions"]) for topic in topics}
    needed = partitions[settings.raw_topic]
    for name in outputs:
        if partitions[name] < needed:
            raise Refused(
                f"{name} has {partitions[name]} partitions, but {settings.raw_topic} has {needed}"
                " by now: page-pipeline topics create",
                EXIT_FOUND,
            )
