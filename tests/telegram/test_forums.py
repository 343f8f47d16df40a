"""Forum groups: one topic per team, or one topic per ticket. Covers B4, T8, U32."""

from pathlib import Path

from tests.factories import team_file
from tests.telegram.stage import TEAM_ROOM, open_stage


async def test_a_team_works_in_its_topic(tmp_path: Path) -> None:
    """The card stands in the topic; a reply to it or to the customer's words is in the ticket, other talk is not."""
    async with open_stage(tmp_path) as stage:
        forum = stage.team_room(forum=True)
        topic, other = stage.telegram.topic(forum, "客服部"), stage.telegram.topic(forum, "闲聊")
        file = team_file(tmp_path, support=f'telegram_chat = "{TEAM_ROOM}/{topic.thread_id}"')
        await stage.play(file)
        await stage.say(stage.ann, text="打印机坏了")
        card = stage.card(forum)
        assert card.topic is topic
        await stage.say(stage.lin, topic, "今天真热")
        await stage.say(stage.lin, other, "谁去吃饭")
        await stage.say(stage.lin, topic, "他上周也报过", reply_to=card)
        assert [("".join(s.text for s in e.text), e.public) for e in await stage.conversation()] == [
            ("打印机坏了", True), ("他上周也报过", False),
        ]  # fmt: skip
        await stage.say(stage.ann, text="卡纸了")
        relayed = stage.last(forum, "卡纸了")
        assert (relayed.topic, relayed.reply_to) == (topic, card)
        await stage.say(stage.lin, topic, "请打开后盖", reply_to=relayed)
        await stage.say(stage.lin, topic, "领取", reply_to=card)
        await stage.say(stage.lin, topic, "/take", reply_to=card)
        await stage.later()
        assert stage.sees(stage.ann, "请打开后盖")
        assert not stage.sees(stage.ann, "上周")
        assert all(m.topic is topic for m in stage.telegram.sent(forum))


async def test_each_ticket_can_have_a_topic_of_its_own(tmp_path: Path) -> None:
    """The topic is made, named after the ticket, the card stands in it, and all that is said in it belongs to it."""
    async with open_stage(tmp_path) as stage:
        forum = stage.team_room(forum=True)
        file = team_file(tmp_path, support=f'telegram_chat = "{TEAM_ROOM}"\ntopic_per_ticket = true')
        await stage.play(file)
        await stage.say(stage.ann, text="打印机坏了")
        await stage.say(stage.bo, text="The scanner is broken")
        first, second = sorted(forum.topics.values(), key=lambda topic: topic.thread_id)
        assert "T-1" in first.name
        assert "打印机坏了" in first.name
        assert "T-2" in second.name
        assert stage.card(forum, 1).topic is first
        assert stage.card(forum, 2).topic is second

        await stage.say(stage.lin, first, "先看看库存")
        await stage.say(stage.lin, first, "回复 请稍等，马上处理")
        await stage.say(stage.lin, first, "/take")
        await stage.later()
        assert stage.sees(stage.ann, "请稍等，马上处理")
        assert not stage.sees(stage.ann, "库存")
        assert not stage.sees(stage.bo, "请稍等")
        assert "林晓" in stage.telegram.visible_text(stage.card(forum, 1))
        await stage.say(stage.ann, text="谢谢，辛苦了，我等消息")
        assert stage.last(forum, "我等消息").topic is first
        said = [("".join(s.text for s in e.text), e.public) for e in await stage.conversation(1)]
        assert ("先看看库存", False) in said
        await stage.say(stage.lin, forum, "这里是公告")
        assert len(await stage.conversation(1)) == len(said)
