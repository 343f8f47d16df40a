"""What happens where the team file has no policies at all: nobody's silence lasts, whatever was forgotten to be said.

Rows as the team file has them (`Policy.read` reads them), by key. Everything counts in business time, which for a team
without a calendar is day and night.
"""

from collections.abc import Mapping
from typing import Any

_BEFORE = {"at": "target-15m biz", "notify": ["assignee"], "via": ["thread"]}
_AT_TARGET = {"at": "target", "notify": ["supervisors"], "via": ["dm"]}
# Ten minutes of silence: whoever is responsible again, louder; half an hour: the lead of that department.
_SILENCE = (
    {"at": "10m biz", "notify": ["assignee"], "via": ["louder"]},
    {"at": "30m biz", "notify": ["team-lead"], "via": ["dm"]},
)


def _policy(measure: str, target: str, *, answered: bool) -> Mapping[str, Any]:
    return {"on": measure, "target": target, "steps": [*(_SILENCE if answered else ()), _BEFORE, _AT_TARGET]}


DEFAULT_COMPLETION = "default-collab-completion"

DEFAULT_POLICIES: Mapping[str, Mapping[str, Any]] = {
    "default-first-response": _policy("ticket.first_response", "1h biz", answered=True),
    "default-next-response": _policy("ticket.next_response", "2h biz", answered=True),
    "default-resolution": _policy("ticket.resolution", "3d biz", answered=False),
    "default-collab-response": _policy("collab.response", "2h biz", answered=True),
    DEFAULT_COMPLETION: _policy("collab.completion", "1d biz", answered=False),
}
