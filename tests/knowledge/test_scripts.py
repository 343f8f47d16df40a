"""Working through a script in a ticket's thread and alone. Covers U7: scripts (话术) with steps to tick."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.knowledge.facts import ScriptDone
from bot.knowledge.rules import Article, Content, Kind
from bot.unit import Unit
from tests.fakes.slack import Message
from tests.knowledge.stage import PEOPLE_FIRST, Reading
from tests.telegram.stage import open_stage, telegram_team

STEPS = "按顺序来。\n\n1. 先道歉\n2. 问订单号\n3. 转给退款组\n"
LONG = "\n".join(f"- [ ] 第{number}项检查" for number in range(1, 20))


async def script(stage: Reading, body: str = STEPS) -> Article:
    """A script stands in the knowledge base."""
    (article,) = await stage.stored(Content("客户要退款时的话术", body, kind=Kind.SCRIPT))
    return article


async def in_thread(stage: Reading) -> Message:
    """The script's card in the thread of a ticket, for which an agent looked for it."""
    await stage.say("ann", stage.help, "我要退款")
    await stage.mention("lin", stage.support, "知识 客户要退款时的话术", under=stage.card())
    await stage.press("lin", stage.latest(stage.support), "查看")
    return stage.latest(stage.support)


async def reads(stage: Reading, body: str) -> None:
    """Somebody edited the script."""

    def work(unit: Unit) -> None:
        article = unit.knowledge.get(1)
        unit.knowledge.save(replace(article, content=replace(article.content, body=body)), unit.now)

    await stage.baton.baton.database.write(work)


async def test_two_work_through_it_in_the_ticket_s_thread(anywhere: Reading) -> None:
    """The card is one for both, changes where it stands, and the history tells that all was done."""
    stage = anywhere
    await script(stage)
    card = await in_thread(stage)
    assert "1. ☐ 先道歉" in stage.read(card)
    assert "已完成 0/3 步" in stage.read(card)
    shown = len(stage.under(stage.card()))

    await stage.press("lin", card, "☐ 1 先道歉")
    assert await stage.press("chen", card, "☐ 2 问订单号") == ""
    assert "1. ☑ 先道歉\n2. ☑ 问订单号\n3. ☐ 转给退款组" in stage.read(card)
    assert "已完成 2/3 步" in stage.read(card)
    told = await stage.press("chen", card, "☐ 3 转给退款组")
    assert "的步骤全部完成了" in told
    assert "✅ 3 步全部完成" in stage.read(card)
    assert len(stage.under(stage.card())) == shown
    history = await stage.baton.read(lambda unit: unit.facts.of_ticket(1))
    assert [record.fact for record in history if isinstance(record.fact, ScriptDone)] == [ScriptDone(1, article=1)]
    assert "话术" not in stage.shown_to_customer("ann")


async def test_the_same_box_pressed_twice_at_once_is_ticked(anywhere: Reading) -> None:
    """Who presses says what is to hold; two who want the same do not undo each other."""
    stage = anywhere
    await script(stage)
    card = await in_thread(stage)
    box = next(one for one in buttons(card) if one["text"]["text"] == "☐ 1 先道歉")
    pressed = {"type": "button", "block_id": "b", "action_id": box["action_id"], "value": box["value"]}
    both = (stage.slack.send_block_action(None, stage[who], card, pressed) for who in ("lin", "chen"))
    await asyncio.gather(*both)
    await stage.baton.settle()
    assert "1. ☑ 先道歉" in stage.read(card)
    await stage.press("lin", card, "☑ 1 先道歉")
    assert "1. ☐ 先道歉" in stage.read(card)


def buttons(card: Message) -> list[dict[str, Any]]:
    """The buttons of a message as Slack has them."""
    return [one for block in card.blocks if block["type"] == "actions" for one in block["elements"]]


async def test_what_somebody_ticks_alone_is_his(reading: Reading) -> None:
    """Asked for in his own conversation: a colleague who asks begins anew."""
    await script(reading)
    await reading.command("lin", None, "/kb", "K-1")
    mine = reading.told("lin")
    await reading.press("lin", mine, "☐ 1 先道歉")
    assert "☑ 先道歉" in reading.read(mine)
    await reading.command("chen", None, "/kb", "K-1")
    assert "☑" not in reading.read(reading.told("chen"))
    await reading.command("lin", None, "/kb", "K-1")
    assert "☑ 先道歉" in reading.read(reading.told("lin"))
    box = next(one for one in buttons(mine) if "2 问订单号" in str(one["text"]))
    told = await reading.forge("chen", reading.told("chen"), "kb.tick", 1, str(box["value"]))
    assert told
    assert "已完成 1/3 步" in reading.read(mine)


async def test_elsewhere_it_comes_into_one_s_own_conversation(reading: Reading) -> None:
    """Not before customers, and not between what a team says."""
    await script(reading)
    told = await reading.command("lin", reading.general, "/kb", "K-1")
    assert "已发到您和我的私聊里" in told
    assert "☐ 先道歉" in reading.read(reading.told("lin"))
    assert "先道歉" not in reading.shown_to_customer("ann")


async def test_ticks_of_steps_that_still_read_the_same_stay(reading: Reading) -> None:
    """An edit while somebody works: what has gone is said, what was done stays done."""
    await script(reading)
    card = await in_thread(reading)
    await reading.press("lin", card, "☐ 1 先道歉")
    await reads(reading, "1. 问好\n2. 先道歉\n3. 转给退款组\n")
    told = await reading.press("lin", card, "☐ 2 问订单号")
    assert "刚刚改过" in told
    assert "1. ☐ 问好\n2. ☑ 先道歉\n3. ☐ 转给退款组" in reading.read(card)


async def test_a_long_one_is_turned_over(reading: Reading) -> None:
    """Covers G6: few boxes at a time; when those are ticked the next ones come by themselves."""
    await script(reading, LONG)
    await reading.command("lin", None, "/kb", "K-1")
    card = reading.told("lin")
    assert [label for label in reading.slack.buttons(card) if label.startswith("☐")] == [
        f"☐ {number} 第{number}项检查" for number in range(1, 9)
    ]
    await reading.press("lin", card, "后面的步骤 ▶")
    assert "☐ 16 第16项检查" in reading.slack.buttons(card)
    await reading.press("lin", card, "◀ 前面的步骤")
    for number in range(1, 9):
        await reading.press("lin", card, f"☐ {number} 第{number}项检查")
    assert "☐ 9 第9项检查" in reading.slack.buttons(card)
    assert "已完成 8/19 步" in reading.read(card)
    await reading.press("lin", card, "重新开始")
    assert "已完成 0/19 步" in reading.read(card)
    assert "☐ 1 第1项检查" in reading.slack.buttons(card)


async def test_on_telegram_it_is_ticked_in_the_ticket_s_chain(tmp_path: Path) -> None:
    """Covers P5: the message changes where it stands."""
    async with open_stage(tmp_path) as stage:
        room = stage.team_room()
        await stage.play(telegram_team(stage.folder, more=PEOPLE_FIRST))

        def add(unit: Unit) -> None:
            content = Content("客户要退款时的话术", STEPS, kind=Kind.SCRIPT)
            unit.knowledge.add([Article(0, content, unit.now, unit.now)], 0)

        await stage.baton.baton.database.write(add)
        await stage.baton.baton.librarian.look()
        await stage.say(stage.ann, text="我要退款")
        await stage.say(stage.chen, room, "/kb 客户要退款时的话术", reply_to=stage.card(room))
        await stage.press(stage.chen, stage.last(room, "客户要退款时的话术"), "查看")
        card = stage.last(room, "☐ 先道歉")
        count = len(stage.shown(room))
        await stage.press(stage.lin, card, "☐ 1 先道歉")
        assert "☑ 先道歉" in stage.telegram.visible_text(card)
        assert len(stage.shown(room)) == count
