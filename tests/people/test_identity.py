"""Who is behind an account, and in which language he is answered. Covers G3, P1."""

from pathlib import Path

from bot.people.rules import Role
from tests.telegram.stage import Stage, open_stage, telegram_team


async def _person(stage: Stage, user: str) -> tuple[Role, str, str]:
    def look(unit):  # type: ignore[no-untyped-def]
        account = unit.people.account("telegram", user)
        person = unit.people.person(account.person)
        return person.role, person.name, person.locale

    return await stage.baton.read(look)  # type: ignore[no-any-return]


async def test_a_stranger_becomes_a_customer(tmp_path: Path) -> None:
    """With the name and the language that Telegram gives, and no right but a customer's."""
    async with open_stage(tmp_path) as stage:
        await stage.play(telegram_team(tmp_path))
        await stage.start(stage.ann)
        assert await _person(stage, "2001") == (Role.CUSTOMER, "Ann", "zh-CN")
        await stage.start(stage.bo)
        assert await _person(stage, "2002") == (Role.CUSTOMER, "Bo", "en")


async def test_somebody_of_the_team_file_is_known_by_his_account(tmp_path: Path) -> None:
    """Name and role are the team file's, not the platform's."""
    async with open_stage(tmp_path) as stage:
        await stage.play(telegram_team(tmp_path))
        stage.lin.first_name = "小林"
        await stage.start(stage.lin)
        role, name, _ = await _person(stage, "1001")
        assert (role, name) == (Role.AGENT, "林晓")


async def test_the_language_is_learned_when_somebody_first_speaks_to_the_bot_alone(tmp_path: Path) -> None:
    """In a group the room's language holds; it is no sign of the person's own."""
    async with open_stage(tmp_path) as stage:
        group = stage.help_room()
        await stage.play(telegram_team(tmp_path))
        await stage.say(stage.bo, group, "/ticket My scanner is broken")
        assert stage.sees(group, "您的消息我们已收到")
        assert (await _person(stage, "2002"))[2] == ""
        await stage.start(stage.bo)
        assert (await _person(stage, "2002"))[2] == "en"
        assert stage.sees(stage.bo, "Hello Bo")


async def test_a_language_that_was_chosen_is_kept(tmp_path: Path) -> None:
    """What the platform says later changes nothing."""
    async with open_stage(tmp_path) as stage:
        await stage.play(telegram_team(tmp_path))
        await stage.start(stage.ann)
        await stage.say(stage.ann, text="语言 zh-TW")
        assert stage.sees(stage.ann, "好的，以後我用繁體中文與您交談。")
        stage.ann.language_code = "en"
        await stage.say(stage.ann, text="印表機壞了")
        assert (await _person(stage, "2001"))[2] == "zh-TW"
        assert stage.sees(stage.ann, "工單編號")


async def test_a_new_name_is_followed_on_the_account(tmp_path: Path) -> None:
    """People rename themselves; who they are stays."""
    async with open_stage(tmp_path) as stage:
        await stage.play(telegram_team(tmp_path))
        await stage.start(stage.ann)
        stage.ann.first_name, stage.ann.username = "Anna", "anna_li"
        await stage.say(stage.ann, text="你好")
        account = await stage.baton.read(lambda unit: unit.people.account("telegram", "2001"))
        assert (account.name, account.handle) == ("Anna", "anna_li")
        found = await stage.baton.read(lambda unit: unit.people.account_by_handle("telegram", "Anna_Li"))
        assert found == account
