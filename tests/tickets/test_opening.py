"""Every way in which a ticket is opened on Slack, and that one message never makes two."""

import pytest

from tests.tickets.stage import Stage

PRINTER = "打印机坏了，一直卡纸"


async def test_the_message_shortcut_brings_a_form_filled_in_from_the_message(stage: Stage) -> None:
    """Covers B1, W6: an empty title is told at the field; the requester is the message's author, answered under it."""
    said = await stage.say("ann", stage.general, f"{PRINTER}\n型号 X-200，急用")
    await stage.shortcut("lin", said)
    form = stage.form("lin")
    assert form["标题"] == PRINTER
    assert "型号 X-200" in form["描述"]
    assert form["部门"] == "客服部"

    errors = await stage.submit("lin", {"标题": "  \u200b "})
    assert "标题" in errors["title"]
    assert await stage.count() == 0
    assert await stage.submit("lin", {"标题": "卡纸", "优先级": "高"}) == {}

    ticket = await stage.ticket()
    assert (ticket.title, ticket.priority.value) == ("卡纸", "high")
    assert await stage.requester() == "Ann"
    assert ticket.link
    assert any("T-1" in text for text in stage.under(said))
    assert "X-200" in stage.read(stage.card())
    assert stage.slack.modal(stage["lin"]) is None


async def test_a_long_message_keeps_all_its_words_and_files_through_the_form(stage: Stage) -> None:
    """Covers B8: the form shows what fits into a field, the ticket gets the message as it is."""
    photo = stage.slack.file("photo.png", b"\x89PNG\r\n\x1a\n" + b"0" * 64, mimetype="image/png")
    said = await stage.say("ann", stage.general, "第一行\n" + "长" * 5000, files=[photo])
    await stage.shortcut("lin", said)
    await stage.submit("lin")
    ticket = await stage.ticket()
    assert len("".join(span.text for span in ticket.description)) == 5004
    (message,) = await stage.conversation()
    assert len(message.files) == 1
    assert any("photo.png" in text for text in stage.thread())


async def test_the_ticket_reaction_opens_one_from_exactly_that_message(stage: Stage) -> None:
    """Covers B1: its author is the requester and is answered in the thread under it."""
    said = await stage.say("bo", stage.general, "The scanner does not answer")
    await stage.react("lin", said)
    assert await stage.requester() == "Bo"
    assert "T-1" in stage.under(said)[0]
    assert "The scanner does not answer" in stage.read(stage.card())
    await stage.react("lin", said, "eyes")
    assert await stage.count() == 1


async def test_a_customer_turns_only_his_own_message_into_a_ticket_by_reaction(stage: Stage) -> None:
    """Covers T8."""
    said = await stage.say("bo", stage.general, "The scanner does not answer")
    await stage.react("ann", said)
    assert await stage.count() == 0
    await stage.react("bo", said)
    assert await stage.count() == 1


async def test_another_emoji_can_be_chosen_for_it(stage: Stage) -> None:
    """The workspace's own emoji opens one, any other opens none."""
    said = await stage.say("bo", stage.general, "The scanner does not answer")
    for emoji in ("eyes", "+1"):
        await stage.react("lin", said, emoji)
    assert await stage.count() == 0


async def test_the_slash_command_alone_brings_an_empty_form(stage: Stage) -> None:
    """Covers B1: who fills it in is the requester, and is answered in his own conversation."""
    assert await stage.command("ann", stage.general, "/ticket") == ""
    form = stage.form("ann")
    assert form["标题"] == ""
    assert await stage.submit("ann", {"标题": PRINTER, "部门": "技术部"}) == {}
    assert await stage.requester() == "Ann"
    assert "T-1" in stage.read(stage.card(room=stage.tech))
    assert any("T-1" in text for text in stage.direct("ann"))


async def test_the_global_shortcut_brings_the_form_too(stage: Stage) -> None:
    """Covers B1: from anywhere in Slack, without a message."""
    await stage.slack.shortcut(stage["hua"], None, "ticket_new")
    await stage.baton.settle()
    assert set(stage.form("hua")) == {"標題", "描述", "部門", "優先順序"}
    assert await stage.submit("hua", {"title": "螢幕不亮"}) == {}
    assert await stage.requester() == "華"


async def test_the_slash_command_with_words_opens_one_at_once_and_answers_privately(stage: Stage) -> None:
    """Covers B1: what the customer then writes to the bot goes on with this ticket."""
    told = await stage.command("ann", stage.general, "/ticket", PRINTER)
    assert "T-1" in told
    assert stage.slack.sent(stage.general) == []
    assert any("T-1" in text for text in stage.direct("ann"))
    await stage.later(600)
    await stage.say("ann", None, "补充：三楼那台")
    assert await stage.count() == 1
    assert any("三楼那台" in text for text in stage.thread())


async def test_the_umbrella_command_knows_every_word(stage: Stage) -> None:
    """`/baton ticket …` is `/ticket …`."""
    assert "T-1" in await stage.command("ann", stage.general, "/baton", f"工单 {PRINTER}")
    assert (await stage.ticket()).title == PRINTER


async def test_a_mention_opens_one_and_answers_under_the_message(stage: Stage) -> None:
    """Covers B1: once, in the thread."""
    said = await stage.mention("ann", stage.general, f"ticket {PRINTER}")
    assert (await stage.ticket()).title == PRINTER
    assert [text for text in stage.under(said) if "T-1" in text] == stage.under(said)
    assert len(stage.under(said)) == 1


async def test_a_mention_without_words_brings_a_button_that_brings_the_form(stage: Stage) -> None:
    """Slack opens a form only for somebody who pressed something."""
    said = await stage.mention("ann", stage.general, "工单")
    (answer,) = stage.slack.messages(stage.general, said)
    await stage.press("ann", answer, "新建工单")
    await stage.submit("ann", {"标题": PRINTER})
    assert (await stage.ticket()).title == PRINTER


async def test_words_that_are_no_command_are_answered_with_the_nearest_and_a_button(stage: Stage) -> None:
    """Covers T1: never silence; the button opens a ticket from exactly that message, once, for its author."""
    photo = stage.slack.file("log.txt", b"error 500", mimetype="text/plain")
    said = await stage.say("bo", stage.general, f"{stage.slack.bot_mention} tickt the scanner is dead", files=[photo])
    (answer,) = stage.slack.messages(stage.general, said)
    assert "工单" in stage.read(answer)
    button = stage.slack.buttons(answer)[0]
    assert "T-1" in await stage.press("lin", answer, button)
    assert await stage.requester() == "Bo"
    assert (await stage.ticket()).title == "tickt the scanner is dead"
    (message,) = await stage.conversation()
    assert len(message.files) == 1
    assert "T-1" in await stage.press("chen", answer, button)
    assert await stage.count() == 1


@pytest.mark.parametrize("words", ["blah", "什么情况", "帮我看看这个", "?!", "🙃"])
async def test_a_mention_is_never_answered_with_silence(stage: Stage, words: str) -> None:
    """Covers T1."""
    for who in ("ann", "lin"):
        said = await stage.mention(who, stage.general, words)
        assert stage.under(said)
    greeting = await stage.mention("ann", stage.help, "你好")
    assert stage.under(greeting)


async def test_a_customers_direct_message_opens_one(anywhere: Stage) -> None:
    """Covers B1."""
    stage = anywhere
    await stage.say("ann", None, PRINTER)
    assert await stage.requester() == "Ann"
    assert "T-1" in stage.direct("ann")[0]
    assert PRINTER in stage.read(stage.card())


async def test_every_top_level_message_of_an_intake_room_is_a_ticket(anywhere: Stage) -> None:
    """Covers B1: of customers, and of colleagues of other teams; the team's own people are not their customers."""
    stage = anywhere
    said = await stage.say("ann", stage.help, PRINTER)
    assert "T-1" in stage.under(said)[0]
    await stage.say("lin", stage.help, "今天系统维护，请大家留意")
    assert await stage.count() == 1
    await stage.say("zhao", stage.help, "我的门禁卡刷不开")
    assert await stage.count() == 2
    assert await stage.requester(2) == "赵磊"
    await stage.say("bo", stage.help, "I'll wait too", under=said)
    assert await stage.count() == 2


async def test_messages_within_two_minutes_join_one_ticket(stage: Stage) -> None:
    """Covers W6: people write in bursts; after two minutes of silence it is another case."""
    await stage.say("ann", stage.help, PRINTER)
    await stage.later(90)
    second = await stage.say("ann", stage.help, "就是三楼那台")
    await stage.later(90)
    await stage.say("ann", stage.help, "急！")
    assert await stage.count() == 1
    assert [text for text in stage.thread() if "三楼那台" in text or "急！" in text] == stage.thread()
    await stage.say("bo", stage.help, "My screen is black")
    assert await stage.count() == 2
    await stage.say("ann", stage.help, "还在吗", under=second)
    assert any("还在吗" in text for text in stage.thread())
    await stage.later(121)
    await stage.say("ann", stage.help, "另外，网络也断了")
    assert await stage.count() == 3


@pytest.mark.parametrize(
    "words", ["谢谢", "你好，在吗？", "好的呢～", "謝謝您！", "thanks a lot :)", "Hi there", "👍", "ok, thank you"]
)
async def test_pleasantries_open_none(stage: Stage, words: str) -> None:
    """Covers W6: in a direct conversation they are answered in kind, in an intake room they pass."""
    await stage.say("ann", stage.help, words)
    await stage.say("ann", None, words)
    assert await stage.count() == 0
    assert stage.slack.sent(stage.help) == []
    assert "Ann" in stage.direct("ann")[0]


async def test_one_message_is_one_ticket_whichever_ways_are_taken(anywhere: Stage) -> None:
    """Covers B9, W6: intake, reaction, shortcut and mention; who asks again is told which ticket it is."""
    stage = anywhere
    said = await stage.mention("ann", stage.help, f"ticket {PRINTER}")
    await stage.react("lin", said)
    await stage.react("ann", said)
    assert "T-1" in await stage.shortcut("chen", said)
    assert stage.slack.modal(stage["chen"]) is None
    assert await stage.count() == 1
    joined = await stage.say("ann", stage.help, "就是三楼那台")
    await stage.react("lin", joined)
    assert "T-1" in await stage.shortcut("lin", joined)
    assert await stage.count() == 1
    assert len([text for text in stage.thread() if "三楼那台" in text]) == 1


async def test_two_forms_about_one_message_make_one_ticket(stage: Stage) -> None:
    """Covers W6: who sends his in later is told the ticket."""
    said = await stage.say("ann", stage.general, PRINTER)
    await stage.shortcut("lin", said)
    await stage.shortcut("chen", said)
    await stage.submit("lin")
    await stage.submit("chen")
    assert await stage.count() == 1
    assert "T-1" in stage.slack.visible_text(stage.slack.ephemeral(stage["chen"])[-1])


async def test_what_stands_in_a_tickets_thread_makes_no_other_ticket(stage: Stage) -> None:
    """Covers B9: neither Baton's own messages nor those under the card."""
    await stage.say("ann", stage.help, PRINTER)
    card = stage.card()
    inside = await stage.say("lin", stage.support, "我看看", under=card)
    for message in (card, inside):
        await stage.react("lin", message)
        assert "T-1" in await stage.shortcut("chen", message)
    assert await stage.count() == 1


async def test_a_delivery_that_comes_again_changes_nothing(anywhere: Stage) -> None:
    """Covers W6: Slack repeats what it is not sure of."""
    stage = anywhere
    said = await stage.say("ann", stage.help, PRINTER)
    before = len(stage.slack.sent(stage.support))
    for delivery in said.deliveries:
        await stage.slack.redeliver(delivery)
    await stage.baton.settle()
    assert await stage.count() == 1
    assert len(stage.slack.sent(stage.support)) == before


async def test_a_ticket_opened_in_the_thread_of_another_leaves_that_thread_alone(stage: Stage) -> None:
    """Covers B9, U32: what the team says there still belongs to the first; the new one is answered to its author."""
    await stage.say("ann", None, "打印机坏了")
    await stage.mention("lin", stage.support, "ticket 扫描仪也要换", under=stage.card(1))
    assert "T-2" in stage.thread(1)[-1]
    assert await stage.requester(2) == "林晓"
    await stage.say("chen", stage.support, "备件到了", under=stage.card(1))
    await stage.say("lin", stage.support, "回复 马上来", under=stage.card(1))
    await stage.later()
    assert "马上来" in stage.direct("ann")[-1]
    assert not any("备件" in text for text in stage.thread(2))
    await stage.say("chen", stage.support, "回复 已下单", under=stage.card(2))
    await stage.later()
    assert "已下单" in stage.direct("lin")[-1]


@pytest.mark.parametrize(
    ("said", "title"),
    [("工单：打印机坏了", "打印机坏了"), ("工單: 印表機壞了", "印表機壞了"), ("ticket, it is dead", "it is dead")],
)
async def test_a_customer_may_begin_with_the_word_and_any_punctuation(stage: Stage, said: str, title: str) -> None:
    """Covers W6: half-width and full-width."""
    await stage.say("ann", None, said)
    assert (await stage.ticket()).title == title


@pytest.mark.parametrize("said", ["工单", "ticket", "工單"])
async def test_the_bare_word_brings_the_form_in_a_direct_message_too(stage: Stage, said: str) -> None:
    """Covers B2."""
    await stage.say("ann", None, said)
    assert await stage.count() == 0
    (asked,) = stage.slack.sent(stage.slack.dm(stage["ann"]))
    await stage.press("ann", asked, "新建工单")
    assert "标题" in stage.form("ann")


@pytest.mark.parametrize("said", ["T-999 take", "close T-999", "T-999"])
async def test_a_customers_command_for_a_ticket_that_is_none_opens_none(stage: Stage, said: str) -> None:
    """Covers W6."""
    await stage.say("ann", None, said)
    assert await stage.count() == 0
    assert "没有工单 T-999" in stage.direct("ann")[-1]
