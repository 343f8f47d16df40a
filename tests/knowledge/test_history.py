"""Every revision of an article, however many there are: readable on a phone, each with the way back. Covers U7."""

from dataclasses import replace
from pathlib import Path

from bot.knowledge.rules import Article, Content, Revision
from bot.unit import Unit
from tests.knowledge.stage import Reading
from tests.telegram.stage import open_stage as open_telegram
from tests.telegram.stage import telegram_team

LINE = "很长的一行内容" * 25


def rewritten(unit: Unit) -> None:
    """An article that was rewritten eleven times, eight long lines each time."""
    author = unit.people.by_key("lin")
    assert author is not None

    def said(number: int) -> Content:
        return Content("怎么申请退款", "\n".join(f"{number}-{line} {LINE}" for line in range(8)))

    (article,) = unit.knowledge.add([Article(0, said(1), unit.now, unit.now)], author.id)
    for number in range(2, 13):
        unit.knowledge.revise(Revision(article.id, number, author.id, unit.now, said(number)))
        later = replace(article, content=said(number), revision=number, latest=number)
        article = unit.knowledge.save(later, unit.now)


async def test_all_of_them_are_read_card_by_card(reading: Reading) -> None:
    """The oldest on each card is compared with the one before it, which stands on the next."""
    await reading.baton.baton.database.write(rewritten)
    await reading.command("lin", None, "/kb", "历史 K-1")
    for numbers in (range(12, 7, -1), range(7, 2, -1), range(2, 0, -1)):
        card = reading.told("lin")
        shown = reading.read(card)
        assert [number for number in range(12, 0, -1) if f"第 {number} 版 ·" in shown] == list(numbers)
        assert "林晓" in shown
        if numbers[-1] > 1:
            assert f"- {numbers[-1] - 1}-0 " in shown
            assert "标题" not in shown
            await reading.press("lin", card, "更早的版本")
    assert "更早的版本" not in shown
    await reading.press("lin", card, "恢复到这一版", value="2")
    assert (await reading.article()).content.body.startswith("2-0 ")


async def test_on_telegram_it_is_one_message(tmp_path: Path) -> None:
    """No flood of messages, and each button names its revision."""
    async with open_telegram(tmp_path) as stage:
        stage.team_room()
        await stage.play(telegram_team(stage.folder))
        await stage.start(stage.lin)
        before = len(stage.shown(stage.lin))
        await stage.baton.baton.database.write(rewritten)
        await stage.say(stage.lin, text="/kb history K-1")
        (shown,) = stage.shown(stage.lin)[before:]
        assert "第 8 版" in shown
        assert any("第 8 版" in label for label in stage.telegram.buttons(stage.last(stage.lin)))


async def test_a_button_of_another_time_shows_the_newest(reading: Reading) -> None:
    """Whatever number it carries."""
    await reading.writes("lin", "怎么退款")
    await reading.say("lin", None, "K-1")
    card = reading.told("lin")
    for value in ("99", "0", "x", "9" * 40):
        await reading.forge("lin", card, "kb.history", 1, value)
        assert "第 1 版" in reading.direct("lin")[-1]


async def test_every_field_is_told_in_words(reading: Reading) -> None:
    """What it was and what it is, both in the reader's language."""
    await reading.writes("lin", "怎么退款")
    await reading.command("chen", None, "/kb", "编辑 K-1")
    await reading.submit("chen", {"谁可以看": "仅内部", "类型": "流程"})
    await reading.command("wang", None, "/kb", "历史 K-1")
    assert "客户和团队 → 仅内部" in reading.direct("wang")[-1]
    assert "问答 → 流程" in reading.direct("wang")[-1]
