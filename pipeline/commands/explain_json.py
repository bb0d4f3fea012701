"""An explanation as one JSON object."""

from typing import Any

from pipeline.event.result import DeadLetter, Skipped
from pipeline.explain.explanation import Canonical, Explanation, Member
from pipeline.explain.words import DEAD_LETTERS, warning_text


def explanation_json(found: Explanation) -> dict[str, Any]:
    """Describe an explanation; `result` says which of the three it is."""
    match found:
        case Canonical():
            return {
                "result": "canonical",
                "event": found.event,
                "members": list(map(_member, found.members)),
                "warnings": [
                    {"code": code, "field": field, "text": warning_text(code)}
                    for code, field in found.warnings
                ],
            }
        case DeadLetter():
            trouble = DEAD_LETTERS[found.code]
            return {
                "result": "dead_letter",
                "code": found.code,
                "field": found.field,
                "stage": found.stage,
                "message": found.message,
                "meaning": trouble.meaning,
                "remedy": trouble.remedy,
            }
        case Skipped():
            return {"result": "skipped"}


def _member(member: Member) -> dict[str, Any]:
    described = {
        "path": list(member.path),
        "value": member.value,
        "how": member.how,
        "sources": list(member.sources),
        "section": member.rule.section,
        "rule": member.rule.text,
    }
    return described | ({"note": member.note} if member.note else {})
