"""The Faust application, for Faust's own command line: `faust -A pipeline.app worker`."""

from pipeline.settings import load_settings
from pipeline.stream.application import build_application

app = build_application(load_settings())
