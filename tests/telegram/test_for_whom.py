"""For whom something in the team's group is: a reply to the customer's words, unless its own words say otherwise."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fakes.telegram import Chat, Message
from tests.telegram.stage import TEAM_ROOM, Stage, open_stage, telegram_team

OPEN_TALK = "他上次就没付钱"


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """Ann's ticket T-1, with words of hers that were relayed to the team's group."""
    async with open_stage(tmp_path) as opened:
        opened.team_room()
        await opened.play(telegram_team(tmp_path))
        await opened.start(opened.ann)
        await opened.say(opened.ann, text="打印机坏了")
        await opened.say(opened.ann, text="还有纸也没了")
        await opened.later()
        yield opened


def room_of(stage: Stage) -> Chat:
    """The team's group."""
    return stage.telegram.world.chats[TEAM_ROOM]


def relayed(stage: Stage) -> Message:
    """Ann's words as the team sees them."""
    return stage.last(room_of(stage), "还有纸也没了")


@pytest.mark.parametrize("word", ["备注 ", "note: ", "備註：", "/note "])
async def test_a_note_in_answer_to_the_customers_words_stays_inside(stage: Stage, word: str) -> None:
    """Covers U32, T10: the word for a note wins, and a line says that only the team sees it."""
    await stage.say(stage.lin, room_of(stage), f"{word}{OPEN_TALK}", reply_to=relayed(stage))
    await stage.later()
    assert not stage.sees(stage.ann, OPEN_TALK)
    assert stage.sees(room_of(stage), "仅团队可见")


async def test_an_answer_that_is_edited_into_a_note_is_taken_back(stage: Stage) -> None:
    """Covers U32, B7."""
    said = await stage.say(stage.lin, room_of(stage), "请稍等", reply_to=relayed(stage))
    await stage.telegram.edits(stage.lin, said, f"备注 {OPEN_TALK}")
    await stage.settle()
    await stage.later()
    assert not stage.sees(stage.ann, OPEN_TALK)
    assert not stage.sees(stage.ann, "请稍等")


async def test_an_answer_needs_no_word_when_it_is_edited(stage: Stage) -> None:
    """Covers B7: a reply to the customer's words never had one."""
    said = await stage.say(stage.lin, room_of(stage), "请稍等", reply_to=relayed(stage))
    await stage.later()
    await stage.telegram.edits(stage.lin, said, "请再等等")
    await stage.settle()
    assert stage.sees(stage.ann, "请再等等")
