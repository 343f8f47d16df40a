"""Second thoughts: a reply that is edited into a note, sent to another ticket, or deleted. Nothing leaks thereby."""

import pytest

from tests.tickets.stage import Stage

PRINTER = "打印机坏了，一直卡纸"
OPEN_TALK = "他上次就没付钱"


@pytest.fixture
async def opened(anywhere: Stage) -> Stage:
    """Ann's ticket T-1 waits in 客服部."""
    await anywhere.say("ann", None, PRINTER)
    return anywhere


@pytest.mark.parametrize("words", [f"备注 {OPEN_TALK}", f"Note: {OPEN_TALK}", f"備註：{OPEN_TALK}", OPEN_TALK])
async def test_a_held_reply_that_becomes_a_note_never_leaves(opened: Stage, words: str) -> None:
    """Covers U32, T10: the word for a note, or none, keeps the new words inside and takes the old ones back."""
    said = await opened.say("lin", opened.support, "回复 请稍等", under=opened.card())
    await opened.edit("lin", said, words)
    await opened.later()
    assert len(opened.direct("ann")) == 1
    assert any("已撤回" in text and "请稍等" in text for text in opened.thread())
    (_, entry) = await opened.conversation()
    assert not entry.public
    assert "".join(span.text for span in entry.text) == OPEN_TALK


@pytest.mark.parametrize("words", [f"备注 {OPEN_TALK}", OPEN_TALK])
async def test_a_reply_that_has_left_stays_as_the_customer_read_it(opened: Stage, words: str) -> None:
    """Covers U32, B7: such an edit is not carried, and its author is told so; a proper one is carried again."""
    said = await opened.say("lin", opened.support, "回复 请稍等", under=opened.card())
    await opened.later()
    await opened.edit("lin", said, words)
    assert OPEN_TALK not in opened.shown_to_customer("ann")
    assert OPEN_TALK not in opened.read(opened.card())
    assert any("没有发给客户" in text and "请稍等" in text for text in opened.thread())
    await opened.edit("lin", said, "回复 请再等等")
    assert "请再等等" in opened.direct("ann")[-1]


async def test_the_word_may_change_its_language_in_an_edit(opened: Stage) -> None:
    """Covers B7."""
    said = await opened.mention("lin", opened.support, "回复 请稍等", under=opened.card())
    await opened.later()
    await opened.edit("lin", said, f"{opened.slack.bot_mention} reply: 请再等等")
    assert "请再等等" in opened.direct("ann")[-1]
    assert "reply" not in opened.direct("ann")[-1]


async def test_a_note_does_not_become_a_reply_by_editing(opened: Stage) -> None:
    """Covers U32: it stays inside, and its author hears how to send it."""
    said = await opened.say("lin", opened.support, OPEN_TALK, under=opened.card())
    await opened.edit("lin", said, f"回复 {OPEN_TALK}")
    await opened.later()
    assert OPEN_TALK not in opened.shown_to_customer("ann")
    assert any("仍然只有团队可见" in text for text in opened.thread())


async def test_a_deleted_reply_is_nowhere_shown_to_the_customer_any_more(opened: Stage) -> None:
    """Covers U32, T8: neither on his card nor in his history; the team's card shows what he saw before."""
    first = await opened.say("lin", opened.support, "回复 您好", under=opened.card())
    await opened.later()
    second = await opened.say("lin", opened.support, f"回复 {OPEN_TALK}", under=opened.card())
    await opened.later()
    assert OPEN_TALK in opened.read(opened.card())
    await opened.delete("lin", second)
    for word in ("show T-1", "history T-1", "mine"):
        await opened.command("ann", None, "/baton", word)
    assert OPEN_TALK not in opened.shown_to_customer("ann")
    assert OPEN_TALK not in opened.read(opened.card())
    assert "您好" in opened.read(opened.card())
    await opened.delete("lin", first)
    assert "您好" not in opened.read(opened.card())


async def test_a_reply_with_a_reference_goes_to_that_ticket(opened: Stage) -> None:
    """Covers U32: from the thread of another ticket, with or without a mention, and the author is told."""
    await opened.say("bo", None, "The scanner is dead")
    await opened.say("lin", opened.support, "回复 T-2 the code is 777", under=opened.card(1))
    await opened.later()
    assert "777" not in opened.shown_to_customer("ann")
    assert "the code is 777" in opened.direct("bo")[-1]
    assert "T-2" in opened.thread(1)[-1]
