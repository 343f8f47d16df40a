"""Lists, the board, the card that is asked for, help, a person's own page: what each sees, and in which language."""

import pytest

from tests.tickets.stage import Stage

LANGUAGES = [("zh-CN", "我的待办", "新咨询"), ("zh-TW", "我的待辦", "新諮詢"), ("en", "My open items", "New")]


@pytest.fixture
async def busy(stage: Stage) -> Stage:
    """Three tickets in 客服部: T-1 is 林晓's, T-2 is solved, T-3 waits."""
    await stage.say("ann", stage.help, "打印机坏了")
    await stage.say("bo", stage.help, "The scanner is dead")
    await stage.later(3600)
    await stage.say("hua", None, "螢幕不亮")
    await stage.press("lin", stage.card(1), "领取")
    await stage.press("chen", stage.card(2), "解决")
    return stage


@pytest.mark.parametrize(("locale", "mine", "new"), LANGUAGES)
async def test_lists_and_board_speak_the_readers_language(busy: Stage, locale: str, mine: str, new: str) -> None:
    """Covers B2, B3: each word in each language gives the same list; the answer is for the one who asked."""
    await busy.command("lin", None, "/baton", f"lang {locale}")
    for word in ("mine", "我的", "我的工單"):
        told = await busy.command("lin", busy.general, "/baton", word)
        assert mine in told
        assert "T-1" in told
        assert "T-3" not in told
    for word in ("queue", "队列", "佇列"):
        told = await busy.command("lin", busy.general, "/baton", word)
        assert "T-3" in told
        assert "T-1" not in told
    assert new in await busy.command("lin", busy.general, "/baton", "看板")
    assert busy.slack.sent(busy.general) == []


async def test_the_board_counts_and_names_what_needs_a_hand(busy: Stage) -> None:
    """Covers B2, B3: columns, how many, since when the oldest, and the tickets to act on, as one message."""
    said = await busy.mention("wang", busy.support, "board")
    (board,) = busy.slack.messages(busy.support, said)
    shown = busy.read(board)
    columns = [line for line in shown.splitlines() if "张" in line]
    assert columns == ["1 张", "1 张，最久的已 1小时", "1 张，最久的已 1小时"] or len(columns) == 3
    assert [name for name in ("新咨询", "处理中", "已解决") if name in shown] == ["新咨询", "处理中", "已解决"]
    assert "T-3" in shown
    assert "T-1" in shown
    await busy.press("wang", board, "领取")
    assert await busy.owner(3) == "王芳"


async def test_an_analyst_reads_figures_without_names(busy: Stage) -> None:
    """Covers T8."""
    told = await busy.command("ana", busy.general, "/baton", "board")
    assert "新咨询" in told
    assert "1 张" in told
    assert not any(name in told for name in ("T-", "Ann", "林晓", "螢幕"))
    assert "数据分析" in await busy.command("ana", busy.general, "/baton", "queue")
    assert "打印机" not in await busy.command("ana", busy.general, "/baton", "show T-1")


async def test_nothing_waiting_is_good_news(stage: Stage) -> None:
    """Covers T1: an empty list says so."""
    assert "🎉" in await stage.command("lin", stage.general, "/baton", "mine")
    assert "🎉" in await stage.command("lin", stage.general, "/baton", "queue")


async def test_a_list_is_worked_from_itself(busy: Stage) -> None:
    """Covers T1: each line has the buttons that fit it."""
    await busy.command("chen", busy.general, "/baton", "queue")
    listed = busy.slack.ephemeral(busy["chen"])[-1]
    await busy.press("chen", listed, "领取")
    assert await busy.owner(3) == "陈曦"


async def test_a_customer_lists_and_sees_his_own(busy: Stage) -> None:
    """Covers T8: nothing of the inside, and nobody else's."""
    await busy.command("ann", None, "/baton", "mine")
    (listed,) = busy.slack.sent(busy.slack.dm(busy["ann"]))
    assert "T-1" in busy.read(listed)
    assert not any(other in busy.read(listed) for other in ("T-2", "T-3", "林晓"))
    await busy.press("ann", listed, "查看")
    card = busy.slack.sent(busy.slack.dm(busy["ann"]))[-1]
    assert "打印机坏了" in busy.read(card)
    assert busy.slack.buttons(card) == ["已解决，谢谢"]
    assert not any(word in busy.read(card) for word in ("林晓", "优先级", "客服部", "指派"))


async def test_the_card_is_shown_where_only_the_house_reads(busy: Stage) -> None:
    """Covers G2, T8: in a team's room for all, elsewhere for the one who asked."""
    said = await busy.mention("lin", busy.support, "T-3")
    assert "指派" in busy.under(said)[0]
    told_in_public = await busy.mention("lin", busy.help, "show T-3")
    assert busy.under(told_in_public) == []
    assert "螢幕不亮" in busy.read(busy.slack.ephemeral(busy["lin"])[-1])


@pytest.mark.parametrize(("who", "offered", "kept"), [
    ("ann", ["工单", "我的", "语言"], ["领取", "队列", "合并"]),
    ("lin", ["领取", "队列", "合并", "回复"], []),
    ("ana", ["看板"], ["领取", "回复"]),
])  # fmt: skip
async def test_help_names_what_this_person_can_do(stage: Stage, who: str, offered: list[str], kept: list[str]) -> None:
    """Covers T1."""
    told = await stage.command(who, stage.general, "/baton", "help")
    assert all(word in told for word in offered)
    assert not any(f"\n{word} " in told for word in kept)


@pytest.mark.parametrize(("locale", "title"), [("zh-CN", "领取"), ("zh-TW", "認領"), ("en", "take")])
async def test_help_speaks_the_readers_language(stage: Stage, locale: str, title: str) -> None:
    """Covers P1, T1: whichever word it was asked for with."""
    await stage.command("lin", None, "/baton", f"语言 {locale}")
    for word in ("help", "帮助", "說明"):
        assert title in await stage.command("lin", stage.general, "/baton", word)


async def test_home_shows_my_items_and_the_buttons_that_i_need(busy: Stage) -> None:
    """Covers T1, C4: and stays true while it is open."""
    await busy.slack.opens_home(busy["lin"])
    await busy.baton.settle()
    home = busy.slack.home("U0LIN")
    assert home is not None
    shown = busy.slack.visible_text(home)
    assert "林晓" in shown
    assert "T-1" in shown
    assert {"新建工单", "队列", "看板", "帮助"} <= set(busy.slack.buttons(home))
    await busy.press("lin", busy.card(3), "领取")
    assert "T-3" in busy.slack.visible_text(busy.slack.home("U0LIN"))  # type: ignore[arg-type]
    await busy.press("lin", busy.card(3), "解决")
    assert "T-3" not in busy.slack.visible_text(busy.slack.home("U0LIN"))  # type: ignore[arg-type]


async def test_the_buttons_of_home_do_what_they_say(busy: Stage) -> None:
    """Covers T1: lists come to the person's own conversation, the form opens at once."""
    await busy.slack.opens_home(busy["lin"])
    await busy.baton.settle()
    await busy.press("lin", "home", "队列")
    assert "T-3" in busy.direct("lin")[-1]
    await busy.press("lin", "home", "看板")
    assert "新咨询" in busy.direct("lin")[-1]
    await busy.press("lin", "home", "查看")
    assert "打印机坏了" in busy.direct("lin")[-1]
    await busy.press("lin", "home", "新建工单")
    assert await busy.submit("lin", {"标题": "换座位"}) == {}
    assert await busy.requester(4) == "林晓"


async def test_a_customers_home_has_no_lever_of_the_house(busy: Stage) -> None:
    """Covers T8."""
    await busy.slack.opens_home(busy["hua"])
    await busy.baton.settle()
    home = busy.slack.home("U0HUA")
    assert home is not None
    assert "T-3" in busy.slack.visible_text(home)
    assert set(busy.slack.buttons(home)) == {"新增工單", "說明", "檢視"}


async def test_the_history_tells_who_did_what_and_when(busy: Stage) -> None:
    """Covers B7, C13, M13: to the staff all of it, to the customer what he said and was told."""
    card = busy.card(1)
    await busy.say("lin", busy.support, "可能是硒鼓", under=card)
    await busy.say("lin", busy.support, "回复 已派人", under=card)
    await busy.mention("wang", busy.support, "assign 陈曦", under=card)
    await busy.later()
    told = await busy.command("lin", busy.support, "/baton", "history T-1")
    wanted = ["打印机坏了", "林晓", "可能是硒鼓", "已派人", "陈曦", "slack"]
    assert [words for words in wanted if words not in told] == []
    await busy.command("ann", None, "/baton", "history T-1")
    seen = busy.direct("ann")[-1]
    assert "已派人" in seen
    assert not any(words in seen for words in ("硒鼓", "陈曦"))
