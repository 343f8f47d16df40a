"""What `baton check` finds in the policies before somebody waits in vain."""

from pathlib import Path

import pytest

from bot.language.catalogue import Words
from bot.teamfile.applying import apply
from bot.teamfile.checking_policies import policy_doubts
from bot.teamfile.reading import read
from bot.unit import Unit
from storage.unit import SqlDatabase
from tests.factories import SLACK_ROOMS, team_file

HEAD = '[[policies]]\nkey = "p"\non = "ticket.first_response"\ntarget = "2h"\n'
ROBOT = ("check.policy_robot", "p", "wecom", "客服部, 技术部")
STEP = 'steps = [{{ at = "10m", notify = {notify}, via = {via} }}]\n'


async def _found(database: SqlDatabase, folder: Path, policies: str) -> set[tuple[str, ...]]:
    file = read(team_file(folder, support=SLACK_ROOMS["support"], tech=SLACK_ROOMS["tech"], more=policies), Words("en"))

    def look(unit: Unit) -> set[tuple[str, ...]]:
        apply(unit, file)
        problems = policy_doubts(unit, unit.people.teams(), ["slack"])
        return {(problem.key, *(value for _, value in problem.values)) for problem in problems}

    return await database.write(look)


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        (HEAD, {("check.policy_silent", "p")}),
        (HEAD + STEP.format(notify='["team"]', via='["dm"]'), set()),
        (HEAD + STEP.format(notify='["team-lead"]', via='["dm"]'), {("check.policy_nobody", "p", "技术部")}),
        (HEAD + STEP.format(notify='["team-lead"]', via='["thread"]'), set()),
        (HEAD + 'teams = ["support"]\n' + STEP.format(notify='["team-lead"]', via='["dm"]'), set()),
        (HEAD + STEP.format(notify='["slack:C0HELP"]', via='["dm"]'), set()),
        (HEAD + STEP.format(notify='["team"]', via='["sms"]'), {("check.policy_channel", "p", "sms")}),
        (HEAD + STEP.format(notify='["team"]', via='["wecom"]'), {ROBOT}),
    ],
)  # fmt: skip
async def test_what_a_policy_does_not_reach_is_said(
    database: SqlDatabase, tmp_path: Path, policy: str, expected: set[tuple[str, ...]]
) -> None:
    """Covers U12: nobody, no channel, no steps."""
    assert await _found(database, tmp_path, policy) == expected


async def test_a_person_who_left_is_named(database: SqlDatabase, tmp_path: Path) -> None:
    """Covers U12 T5: the admins are told in his place, and `baton check` says so."""
    policy = HEAD + STEP.format(notify='["person:bot", "team"]', via='["dm"]')
    more = '[[people]]\nkey = "bot"\nname = "机器"\nrole = "customer"\n'
    assert await _found(database, tmp_path, f"{more}\n{policy}") == {("check.policy_person", "p", "bot")}
