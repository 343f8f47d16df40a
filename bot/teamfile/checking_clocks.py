"""What in the policies will never come to anything: one that is never chosen, a warning that comes at once."""

from collections.abc import Iterator

from bot.chat.contract import Problem
from bot.clocks.rules import Policy, never_chosen
from bot.unit import Unit
from bot.workspace import POLICIES_KEY


def clock_doubts(unit: Unit) -> Iterator[Problem]:
    """Everything doubtful about when policies hold and when their steps fall due."""
    rows = unit.keys.get(POLICIES_KEY) or {}
    policies = [Policy.read(key, row) for key, row in rows.items()]
    for policy, other in never_chosen(policies):
        yield Problem("check.policy_never_chosen", (("policy", policy.key), ("other", other.key)))
    for policy in policies:
        for step in _at_once(policy):
            yield Problem(
                "check.step_at_once", (("policy", policy.key), ("step", step), ("target", str(policy.target)))
            )


def _at_once(policy: Policy) -> Iterator[str]:
    """Steps so long before the target that they fall due with the start; lengths of two kinds can't be compared."""
    for step in policy.steps:
        offset = step.at.offset
        if offset is None or step.at.sign >= 0 or offset.business != policy.target.business:
            continue
        if offset.length >= policy.target.length:
            yield str(step.at)
