"""A joint room for one request: a channel, a topic or a room with both departments and the context in it."""

from dataclasses import replace

from bot.collab.rules import State
from bot.unit import Unit
from tests.collab.stage import House
from tests.fakes.slack import Channel
from tests.fakes.telegram import Topic

MINUTE = 60


def channels(house: House) -> list[Channel]:
    """The channels that Baton opened."""
    return [channel for channel in house.slack.workspace.channels.values() if channel.name.startswith("t-")]


def shown_in(house: House, room: Channel) -> list[str]:
    """What Baton shows in a channel."""
    return [house.slack.visible_text(message) for message in house.slack.sent(room)]


def archived(channel: Channel) -> bool:
    """Whether nobody can write there any more."""
    return channel.archived


async def asked_finance(house: House) -> Channel:
    """财务部 was asked and a joint room opened with one tap; its channel."""
    await house.opened()
    await house.asks("协作 财务部 请安排退款")
    await house.press("lin", house.asking_card(), "会诊")
    await house.settle()
    [channel] = channels(house)
    return channel


async def test_one_tap_makes_a_channel_with_both_sides_and_the_context(house: House) -> None:
    """Covers U26: private, named after ticket and request, with the living card in it."""
    channel = await asked_finance(house)
    assert channel.name == "t-1-c-1-财务部"
    assert channel.kind == "group"
    assert {"U0LIN", "U0ZHOU"} <= set(channel.members)
    assert not {"U0ANN", "U0BO"} & set(channel.members)
    shown = shown_in(house, channel)
    assert "林晓" in shown[0]
    assert "T-1" in shown[0]
    assert any("C-1 · 财务部" in words and "请安排退款" in words for words in shown)
    assert "t-1-c-1-财务部" in house.read(house.below("会诊室 t-1"))


async def test_what_is_said_there_belongs_to_the_request_and_never_to_the_customer(house: House) -> None:
    """Covers U26, P2: kept with the ticket as notes, shown in the ticket's thread and where 财务部 has its request."""
    channel = await asked_finance(house)
    await house.say("zhou", channel, "退款已在路上")
    await house.say("lin", channel, "什么时候到账？")
    await house.settle()
    assert any("周洁" in words and "退款已在路上" in words for words in house.thread())
    assert any("什么时候到账" in words for words in house.under(house.finance_card()))
    said = [entry for entry in await house.conversation() if entry.request == 1]
    assert len(said) == 2
    assert not any(entry.public for entry in said)
    await house.later()
    assert "退款已在路上" not in house.shown_to_customer("ann")


async def test_words_to_the_department_are_read_in_the_room_as_well(house: House) -> None:
    """Covers U26: nobody has to say it twice."""
    channel = await asked_finance(house)
    await house.say("lin", house.support, "金额是 300 元", under=house.card())
    await house.settle()
    assert any("金额是 300 元" in words for words in shown_in(house, channel))


async def test_it_is_made_once_and_the_second_tap_shows_it(house: House) -> None:
    """Covers U26: by whichever of the two sides, by button or by word."""
    await asked_finance(house)
    told = await house.press("zhou", house.finance_card(), "会诊")
    await house.asks("会诊 C-1")
    await house.settle()
    assert len(channels(house)) == 1
    assert "t-1-c-1-财务部" in told + "".join(house.under(house.finance_card()))
    assert sum("会诊室是 t-1-c-1-财务部" in words for words in house.thread()) == 1


async def test_it_is_closed_a_while_after_the_request_ended(house: House) -> None:
    """Covers U26: everybody reads how it ended, then the channel is archived; a request that goes on gets another."""
    channel = await asked_finance(house)
    await house.mention("zhou", channel, "done C-1 已退款")
    await house.settle()
    assert not archived(channel)
    await house.later(MINUTE)
    assert archived(channel)
    assert any("即将关闭" in words for words in shown_in(house, channel))
    assert "会诊" not in str(house.asking_card().blocks)
    await house.mention("lin", house.support, "reopen C-1", under=house.card())
    await house.settle()
    await house.press("lin", house.asking_card(), "会诊")
    await house.settle()
    assert [each.name for each in channels(house)] == ["t-1-c-1-财务部", "t-1-c-1-财务部-2"]
    await house.say("lin", house.support, "C-1 还差 20 元", under=house.card())
    await house.settle()
    assert any("还差 20 元" in words for words in shown_in(house, channels(house)[1]))
    assert not any("⚠️" in words for words in house.thread()), "nothing is sent where nobody can write any more"


async def test_where_people_can_not_be_brought_together_it_is_a_topic(house: House) -> None:
    """Covers U26: in the forum of the department that was asked; its words reach the agents on the other platform."""
    house.workshop.is_forum = True
    await house.opened()
    await house.asks("协作 技术部 请检查打印机日志")
    await house.press("lin", house.asking_card(), "会诊")
    await house.settle()
    [topic] = house.workshop.topics.values()
    assert topic.name == "t-1-c-1-技术部"
    assert any("C-1 · 技术部" in words for words in in_topic(house, topic))
    await house.tells("sun", "定影器坏了", where=topic)
    assert any("孙强" in words and "定影器坏了" in words for words in house.thread())
    await house.tells("sun", "/done C-1 已更换", where=topic)
    await house.later(MINUTE)
    await house.settle()
    assert topic.closed


def in_topic(house: House, topic: Topic) -> list[str]:
    """What Baton shows in a topic."""
    return [house.phone.visible_text(note) for note in house.phone.sent(house.workshop, topic)]


async def test_a_platform_that_refuses_is_said_so_and_can_be_asked_again(house: House) -> None:
    """Covers U26, C7: the group is no forum yet; once it is, the same tap works."""
    await house.opened()
    await house.asks("协作 技术部 请检查打印机日志")
    await house.tells("sun", "接受", to=house.request_card())  # who is on no other platform, where they could meet
    await house.press("lin", house.asking_card(), "会诊")
    await house.settle()
    assert not house.workshop.topics
    assert any("没能打开" in words for words in house.thread())
    assert not any("您的消息没能送达" in words for words in [*house.thread(), *house.direct("lin")])
    house.workshop.is_forum = True
    await house.press("lin", house.asking_card(), "会诊")
    await house.settle()
    assert [topic.name for topic in house.workshop.topics.values()] == ["t-1-c-1-技术部-2"]


async def test_a_request_that_waits_for_others_has_no_room_yet(house: House) -> None:
    """Covers U26: nobody of the other side knows of it."""

    def block(unit: Unit) -> None:
        unit.collab.save(replace(unit.collab.get(1), state=State.BLOCKED), unit.now)

    await house.opened()
    await house.asks("协作 财务部 请安排退款")
    await house.baton.baton.database.write(block)
    assert "还在等其他请求" in await house.press("lin", house.asking_card(), "会诊")
    assert channels(house) == []


async def test_strangers_to_the_request_open_no_room(house: House) -> None:
    """Covers P2: a customer's or another department's press is refused."""
    await house.opened()
    await house.asks("协作 财务部 请安排退款")
    await house.forge("ann", house.asking_card(), "collab.room", 1)
    await house.forge("zhao", house.asking_card(), "collab.room", 1)
    await house.settle()
    assert channels(house) == []
