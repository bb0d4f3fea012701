"""What the page is called, and its category: the contract, section 3."""

from typing import Any

from pipeline.event.page_fields import clean_text
from pipeline.event.result import DeadLetter
from pipeline.event.rules import Rules
from pipeline.event.warnings import Warnings


def put_name(event: dict[str, Any], rules: Rules, warnings: Warnings) -> DeadLetter | None:
    """Name the event: as the sender did, else by the page's title, else by its path."""
    properties: dict[str, Any] = event["properties"]
    page: dict[str, Any] = event["context"]["page"]
    if "name" in event:
        clean_text(event, "name", "name", warnings)
    name = event.get("name") or properties.get("name") or page.get("name")
    if not name:
        if rules.require_name:
            return DeadLetter("missing_name", "name: expected one, found none", "name")
        name = properties.get("title") or properties.get("path")
        if not name:
            message = "name: expected one, or a title or a path, found none of them"
            return DeadLetter("missing_name", message, "name")
        if "title" not in properties:
            warnings.add("name_derived", "name")
    event["name"] = name
    page.setdefault("name", name)
    return None


def put_category(event: dict[str, Any], warnings: Warnings) -> None:
    """Move the event's category to `properties`, over the one that is there."""
    if "category" not in event:
        return
    clean_text(event, "category", "category", warnings)
    if category := event.pop("category", None):
        event["properties"]["category"] = category
