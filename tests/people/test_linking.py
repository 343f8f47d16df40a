"""Accounts of one person on several platforms, joined by a code. Covers U32, P1."""

import re
from pathlib import Path

from bot.people.rules import Role
from tests.factories import SLACK_ROOMS, team_file
from tests.fakes.slack import User as SlackUser
from tests.telegram.stage import Stage, open_stage

LINK = re.compile(r"https://t\.me/baton_bot\?start=(link-[A-Z0-9]+)")
CODE = re.compile(r"\b[A-Z2-9]{10}\b")


async def _play(stage: Stage) -> SlackUser:
    assert stage.slack is not None
    stage.slack_room()
    customer = stage.slack.user("U0ANN", name="Ann Li", locale="zh-CN")
    stage.slack.channel("C0HELP", members=[customer])
    await stage.play(team_file(stage.folder, **SLACK_ROOMS))
    return customer


async def _invitation(stage: Stage, user: SlackUser) -> tuple[str, str]:
    """What `/baton link` tells this person: the payload of the link, and the code."""
    assert stage.slack is not None
    await stage.slack.command(user, "C0HELP", "/baton", "link")
    await stage.settle()
    shown = stage.slack.visible_text(stage.slack.ephemeral(user)[-1])
    link, code = LINK.search(shown), CODE.search(shown)
    assert link is not None, shown
    assert code is not None, shown
    return link[1], code[0]


async def _person_on(stage: Stage, platform: str, user: str) -> int:
    account = await stage.baton.read(lambda unit: unit.people.account(platform, user))
    return int(account.person)


async def test_the_link_joins_the_two_accounts(tmp_path: Path, database_url: str) -> None:
    """Opened on Telegram, it makes one person of two: his tickets of both sides are his."""
    async with open_stage(tmp_path, database_url=database_url, slack=True) as stage:
        customer = await _play(stage)
        await stage.say(stage.ann, text="打印机坏了")
        payload, _ = await _invitation(stage, customer)
        await stage.start(stage.ann, payload)
        assert stage.sees(stage.ann, "绑定成功：您在 Slack、Telegram 上都是 Ann Li。")
        person = await _person_on(stage, "telegram", "2001")
        assert person == await _person_on(stage, "slack", "U0ANN")
        assert (await stage.ticket()).requester == person
        assert stage.slack is not None
        await stage.slack.command(customer, "C0HELP", "/baton", "mine")
        await stage.settle()
        assert "打印机坏了" in stage.slack.visible_text(stage.slack.ephemeral(customer)[-1])


async def test_the_code_joins_them_as_well(tmp_path: Path) -> None:
    """Typed to the bot, with or without a slash; small letters do."""
    async with open_stage(tmp_path, slack=True) as stage:
        customer = await _play(stage)
        _, code = await _invitation(stage, customer)
        await stage.say(stage.ann, text=f"绑定 {code.lower()}")
        assert stage.sees(stage.ann, "绑定成功")
        assert await _person_on(stage, "telegram", "2001") == await _person_on(stage, "slack", "U0ANN")


async def test_a_code_is_good_once_and_for_ten_minutes(tmp_path: Path) -> None:
    """Used twice, expired or mistyped it joins nobody, and the way to a new one is told."""
    async with open_stage(tmp_path, slack=True) as stage:
        customer = await _play(stage)
        payload, code = await _invitation(stage, customer)
        await stage.start(stage.ann, payload)
        await stage.say(stage.bo, text=f"/link {code}")
        assert stage.sees(stage.bo, "unknown or has expired")
        await stage.say(stage.bo, text="/link ABCDEFGHJK")
        _, late = await _invitation(stage, customer)
        await stage.later(601)
        await stage.say(stage.bo, text=f"/link {late}")
        assert await _person_on(stage, "telegram", "2002") != await _person_on(stage, "slack", "U0ANN")
        assert sum("unknown or has expired" in words for words in stage.shown(stage.bo)) == 3


async def test_a_code_does_not_join_an_account_to_itself(tmp_path: Path) -> None:
    """The person is told that it is done already."""
    async with open_stage(tmp_path, slack=True) as stage:
        customer = await _play(stage)
        payload, _ = await _invitation(stage, customer)
        await stage.start(stage.ann, payload)
        again, _ = await _invitation(stage, customer)
        await stage.start(stage.ann, again)
        assert stage.sees(stage.ann, "这两个账号已经绑定在一起了")


async def test_two_of_the_staff_are_never_made_one(tmp_path: Path) -> None:
    """That would give one the rights of the other: an administrator has to do it in the team file."""
    async with open_stage(tmp_path, slack=True) as stage:
        assert stage.slack is not None
        await _play(stage)
        chen = stage.slack.workspace.users["U0CHEN"]
        stage.slack.workspace.channels["C0HELP"].members.append(chen.id)
        payload, _ = await _invitation(stage, chen)
        await stage.start(stage.lin, payload)
        assert stage.sees(stage.lin, "需要管理员")
        assert await _person_on(stage, "telegram", "1001") != await _person_on(stage, "slack", "U0CHEN")


async def test_a_private_account_of_the_staff_becomes_the_staffs(tmp_path: Path) -> None:
    """Whoever of the two is of the house stays: role and teams are his on the other platform too."""
    async with open_stage(tmp_path, slack=True) as stage:
        assert stage.slack is not None
        await _play(stage)
        root = stage.slack.workspace.users["U0ROOT"]
        stage.slack.workspace.channels["C0HELP"].members.append(root.id)
        await stage.start(stage.bo)
        payload, _ = await _invitation(stage, root)
        await stage.start(stage.bo, payload)
        number = await _person_on(stage, "telegram", "2002")
        person = await stage.baton.read(lambda unit: unit.people.person(number))
        assert (person.role, person.key, person.locale) == (Role.ADMIN, "root", "en")


async def test_in_a_group_the_code_is_shown_to_nobody_else(tmp_path: Path) -> None:
    """Whoever reads it could become that person: it goes to the direct conversation, or it is told to begin one."""
    async with open_stage(tmp_path, slack=True) as stage:
        group = stage.help_room()
        await _play(stage)
        await stage.say(stage.ann, group, "/link")
        assert stage.shown(group) == ["这里还有别人，不便显示。请私聊我，我在那里给您看。"]
        await stage.start(stage.ann)
        await stage.say(stage.ann, group, "/link")
        assert len(stage.shown(group)) == 1
        assert CODE.search(stage.shown(stage.ann)[-1])
