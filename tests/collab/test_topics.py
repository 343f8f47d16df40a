"""A department that wants a topic for each matter gets one for each request. Covers B4, U13."""

from pathlib import Path

from tests.collab.stage import open_house


async def test_each_request_has_a_topic_of_its_own(tmp_path: Path) -> None:
    """It bears the request's number and the ticket's title; what is said in it belongs to it, and only to it."""
    async with open_house(tmp_path, tech="topic_per_ticket = true", forum=True) as house:
        await house.opened()
        await house.asks("协作 技术部 请查日志")
        await house.asks("协作 技术部 请查电源")
        topics = sorted(house.workshop.topics.values(), key=lambda topic: topic.thread_id)
        first, second = [topic for topic in topics if topic.name.startswith("C-")]
        assert first.name == "C-1 · 打印机坏了"
        assert second.name.startswith("C-2")
        assert house.request_card(1).topic is first
        assert house.request_card(2).topic is second

        await house.taps("zhao", house.request_card(1), "接受")
        assert house.note("赵磊").topic is first
        await house.tells("zhao", "日志里有超时", where=first)
        assert "日志里有超时" in house.slack.visible_text(house.below("日志里有超时"))
        await house.tells("zhao", "/done 已修复", where=first)
        assert (await house.request(1)).state.value == "done"
        assert (await house.request(2)).state.open
        await house.asks("电源已经更换过一次")
        assert house.note("电源已经更换过一次").topic is second
