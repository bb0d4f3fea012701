from faust.transport.drivers.aiokafka import Producer

from pipeline.settings import Settings
from pipeline.stream.application import build_application
from pipeline.stream.consumer import ChunkedConsumer
from pipeline.stream.web import WebServer


async def test_faust_starts_no_producer_and_no_web_server_of_its_own() -> None:
    started = list(map(type, build_application(Settings()).boot_strategy.server()))
    assert ChunkedConsumer in started
    assert not {Producer, WebServer} & set(started)
