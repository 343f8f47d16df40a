"""The leak guard: whatever the house does inside, in whatever order, none of it ever reaches a customer.

Three customers read along: Ann in the thread of an intake room, Bo in his direct conversation, Cem on Telegram. The
staff does a good many things at random, each with a secret of its own; then everything that Baton ever sent to where
a customer reads, markup and fallbacks included, is searched.
"""

import json
import random
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.fakes.slack import Message
from tests.fakes.telegram import User
from tests.telegram.stage import HELP_ROOM, telegram_team
from tests.telegram.stage import open_stage as open_telegram
from tests.tickets.stage import Stage, open_stage

SECRET = "机密"
INSIDE = ("陈曦", "优先级", "负责人", "客服部", "标签")
"""Words of the house's own: the name of somebody who never spoke to a customer, labels of the card, the team."""

Act = Callable[[Stage, Message, int, str], Awaitable[object]]


async def talk(stage: Stage, card: Message, number: int, secret: str) -> None:
    """In the thread."""
    await stage.say("chen", stage.support, f"这个客户{secret}", under=card)


async def talk_and_edit(stage: Stage, card: Message, number: int, secret: str) -> None:
    """And say it better."""
    said = await stage.say("lin", stage.support, f"嗯 {secret}", under=card)
    await stage.edit("lin", said, f"嗯嗯 {secret}!")


async def talk_and_delete(stage: Stage, card: Message, number: int, secret: str) -> None:
    """And think better of it."""
    await stage.delete("lin", await stage.say("lin", stage.support, secret, under=card))


async def share_a_file(stage: Stage, card: Message, number: int, secret: str) -> None:
    """A file in the thread."""
    file = stage.slack.file(f"{secret}.txt", secret.encode(), mimetype="text/plain")
    await stage.say("chen", stage.support, "看附件", under=card, files=[file])


async def note_by_form(stage: Stage, card: Message, number: int, secret: str) -> None:
    """By the button."""
    await stage.press("chen", card, "备注")
    await stage.submit("chen", {"备注": secret})


async def note_by_word(stage: Stage, card: Message, number: int, secret: str) -> None:
    """By a mention."""
    await stage.mention("chen", stage.support, f"备注 {secret}", under=card)


async def note_from_elsewhere(stage: Stage, card: Message, number: int, secret: str) -> None:
    """By a command in a room that customers read."""
    await stage.command("chen", stage.help, "/baton", f"note T-{number} {secret}")


async def puzzle(stage: Stage, card: Message, number: int, secret: str) -> None:
    """Words that Baton does not know, in the thread."""
    await stage.mention("chen", stage.support, f"怎么办 {secret}", under=card)


async def tag(stage: Stage, card: Message, number: int, secret: str) -> None:
    """A tag."""
    await stage.command("lin", stage.support, "/baton", f"T-{number} tag {secret}")


async def hand_over(stage: Stage, card: Message, number: int, secret: str) -> None:
    """To 陈曦, who tells customers nothing."""
    await stage.command("wang", stage.help, "/baton", f"T-{number} assign 陈曦")


async def pull_levers(stage: Stage, card: Message, number: int, secret: str) -> None:
    """Priority, day, status."""
    await stage.choose("wang", card, "优先级", "紧急")
    await stage.mention("wang", stage.support, "due +3d", under=card)
    await stage.mention("wang", stage.support, "status on hold", under=card)


async def look_in_public(stage: Stage, card: Message, number: int, secret: str) -> None:
    """The card, the board and the history, asked for where customers read."""
    for word in (f"show T-{number}", "board", "queue", "mine", f"history T-{number}", f"T-{number} priority"):
        await stage.mention("wang", stage.help, word)


async def take_back(stage: Stage, card: Message, number: int, secret: str) -> None:
    """An answer that was none."""
    await stage.say("lin", stage.support, f"回复 {secret}", under=card)
    await stage.press("lin", stage.slack.messages(stage.support, card)[-1], "撤回")


async def change_ones_mind(stage: Stage, card: Message, number: int, secret: str) -> None:
    """An answer that becomes a note before it leaves."""
    said = await stage.say("lin", stage.support, "回复 请稍等", under=card)
    await stage.edit("lin", said, f"备注 {secret}")


async def drop_the_word(stage: Stage, card: Message, number: int, secret: str) -> None:
    """An answer that has left, edited into something that is none."""
    said = await stage.say("lin", stage.support, "回复 请稍候", under=card)
    await stage.later()
    await stage.edit("lin", said, secret)
    await stage.edit("lin", said, f"note: {secret}")


async def wrong_note(stage: Stage, card: Message, number: int, secret: str) -> None:
    """What begins like the word for an answer, and is none."""
    await stage.say("chen", stage.support, f"回复率{secret}", under=card)
    await stage.say("chen", stage.support, f"replying {secret}", under=card)


ACTS: list[Act] = [
    talk, talk_and_edit, talk_and_delete, share_a_file, note_by_form, note_by_word, note_from_elsewhere, puzzle, tag,
    hand_over, pull_levers, look_in_public, take_back, change_ones_mind, drop_the_word, wrong_note,
]  # fmt: skip


@pytest.mark.parametrize("seed", range(3))
async def test_nothing_from_inside_reaches_a_customer(tmp_path: Path, seed: int) -> None:
    """Covers T10, G2, U32."""
    chance = random.Random(seed)
    async with open_stage(tmp_path, telegram=True) as stage:
        cem = await _customers_write(stage)
        acts = ACTS * 2
        chance.shuffle(acts)
        for step, act in enumerate(acts):
            number = chance.randint(1, 3)
            await act(stage, stage.card(number), number, f"{SECRET}{step}号")
        await stage.say("lin", stage.support, "回复 马上处理", under=stage.card(2))
        await stage.later()
        await _customers_ask(stage, cem)
        seen = _everything_shown_to_customers(stage, cem)
        assert "马上处理" in seen
        leaked = [line for line in seen.splitlines() if any(word in line for word in (SECRET, *INSIDE))]
        assert leaked == []
        assert len(await stage.conversation(1)) + len(await stage.conversation(2)) > 6


async def _customers_write(stage: Stage) -> User:
    assert stage.telegram is not None
    await stage.say("ann", stage.help, "打印机坏了")
    await stage.say("bo", None, "The scanner is dead")
    cem = stage.telegram.user(2001, "Cem", language_code="zh-hans")
    await stage.telegram.starts(cem)
    await stage.telegram.says(cem, text="屏幕不亮")
    await stage.telegram.settled()
    await stage.baton.settle()
    return cem


async def _customers_ask(stage: Stage, cem: User) -> None:
    """Everything that a customer can ask for."""
    assert stage.telegram is not None
    for number, who in ((1, "ann"), (2, "bo")):
        for word in ("mine", f"show T-{number}", f"history T-{number}", "help", "board", f"T-{number} take", "queue"):
            await stage.command(who, None, "/baton", word)
            await stage.command(who, stage.help, "/baton", word)
        await stage.slack.opens_home(stage[who])
    for word in ("/mine", "/show T-3", "/history T-3", "/help", "/board", "/take T-3"):
        await stage.telegram.says(cem, text=word)
    await stage.telegram.settled()
    await stage.baton.settle()


def _everything_shown_to_customers(stage: Stage, cem: User) -> str:
    assert stage.telegram is not None
    slack, parts = stage.slack, []
    for who in ("ann", "bo"):
        rooms = [room for room in slack.workspace.channels.values() if stage[who].id in room.members]
        messages = [message for room in rooms for message in slack.sent(room)] + slack.ephemeral(stage[who])
        parts += [_raw(message) for message in messages]
        home = slack.home(stage[who])
        parts.append(json.dumps(home.payload if home else "", ensure_ascii=False))
    parts += [
        json.dumps(call.parameters, ensure_ascii=False, default=str)
        for call in stage.telegram.calls()
        if str(call.parameters.get("chat_id")) == str(cem.id)
    ]
    return "\n".join(parts)


def _raw(message: Message) -> str:
    files = [file.name for file in message.files]
    return json.dumps([message.text, message.blocks, files, message.metadata], ensure_ascii=False)


async def test_in_a_group_without_whispers_the_staff_is_answered_alone(tmp_path: Path) -> None:
    """Covers G2, T8: on Telegram everybody in a group reads an answer, so it goes to the person's own conversation."""
    async with open_telegram(tmp_path) as stage:
        room = stage.help_room()
        stage.team_room()
        await stage.play(telegram_team(tmp_path, f'intake = ["telegram:{HELP_ROOM}"]'))
        await stage.say(stage.ann, room, "打印机坏了")
        before = len(stage.shown(room))
        for word in ("/show T-1", "/board", "/queue", "/history T-1", "/priority T-1 紧急", "/find 打印机"):
            await stage.say(stage.lin, room, word)
            await stage.later(30)
        told = stage.shown(room)[before:]
        assert told
        assert all("私聊" in text for text in told)
        await stage.start(stage.lin)
        known = len(stage.shown(room))
        await stage.say(stage.lin, room, "/show T-1")
        await stage.say(stage.lin, room, "/board")
        await stage.later(30)
        assert len(stage.shown(room)) == known
        assert stage.sees(stage.lin, "优先级")
        assert stage.sees(stage.lin, "新咨询")
