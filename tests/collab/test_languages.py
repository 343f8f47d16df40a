"""The words for requests, in three languages, as people type them. Covers T1, P1."""

from pathlib import Path

import pytest

from bot.chat.text import plain, text
from bot.chat.words import parse
from bot.collab.arguments import order, reason
from bot.collab.rules import State
from tests.collab.stage import House, open_house


@pytest.mark.parametrize(
    ("said", "word", "reference", "rest"),
    [
        ("accept 2h", "accept", "", "2h"),
        ("C-7 接受 2h", "accept", "C-7", "2h"),
        ("接受 C-7：２h", "accept", "C-7", "２h"),
        ("C－７，退回：资料不全", "return", "C-7", "资料不全"),
        ("return C-7 unclear", "return", "C-7", "unclear"),
        ("完成：已更换", "done", "", "已更换"),
        ("done replaced", "done", "", "replaced"),
        ("预计 明天10点", "eta", "", "明天10点"),
        ("預計完成 15:30", "eta", "", "15:30"),
        ("追問 什麼型號？", "ask", "", "什麼型號？"),
        ("轉交 @孫強", "hand", "", "@孫強"),
        ("C-7 撤銷", "withdraw", "C-7", ""),
        ("重新送出 C-7", "resend", "C-7", ""),
        ("略過 C-7 不需要", "skip", "C-7", "不需要"),
        ("T-12 協作 技術部 請看", "collab", "T-12", "技術部 請看"),
        ("collab T-12 tech look", "collab", "T-12", "tech look"),
        ("到哪了 T-12", "where", "T-12", ""),
        ("where T-12", "where", "T-12", ""),
        ("流程 售后", "flow", "", "售后"),
        ("類型：故障", "type", "", "故障"),
    ],
)
def test_what_people_type(said: str, word: str, reference: str, rest: str) -> None:
    spoken = parse(text(said))
    assert spoken is not None
    assert (spoken.word, spoken.reference, plain(spoken.rest)) == (word, reference, rest)


@pytest.mark.parametrize(
    ("said", "kept", "after"),
    [
        ("安排退款 等 C-3", "安排退款", (3,)),
        ("安排退款，等C-3、C-4", "安排退款", (3, 4)),
        ("refund him after C-3", "refund him", (3,)),
        ("安排退款 C-3 之后", "安排退款", (3,)),
        ("安排退款（在 C-3 完成后）", "安排退款", (3,)),
        ("refund, after c-3, 4", "refund", (3, 4)),
        ("see C-3", "see C-3", ()),
        ("参考 C-3 的结论", "参考 C-3 的结论", ()),
        ("after all", "after all", ()),
    ],
)
def test_what_comes_before(said: str, kept: str, after: tuple[int, ...]) -> None:
    rest, numbers = order(text(said))
    assert (plain(rest).rstrip("，, "), numbers) == (kept, after)


@pytest.mark.parametrize(
    ("said", "key", "words"),
    [
        ("资料不全：没有代码", "missing", "没有代码"),
        ("something is missing: the code", "missing", "the code"),
        ("不屬於本部門", "not_ours", "不屬於本部門"),
        ("看不懂", "other", "看不懂"),
        ("Duplicate of C-3", "duplicate", "of C-3"),
    ],
)
def test_reasons_by_their_names(said: str, key: str, words: str) -> None:
    assert reason(said) == (key, words)


@pytest.mark.parametrize("locale", ["en", "zh-TW"])
async def test_each_room_reads_its_own_language(tmp_path: Path, locale: str) -> None:
    """Covers P1: the same request in the language of the room of each department."""
    async with open_house(tmp_path, tech=f'locale = "{locale}"') as house:
        await house.opened()
        await house.phone.says(house.guests["zhao"], house.workshop, f"/lang {locale}")
        await house.settle()
        await house.asks("协作 技术部 请检查打印机日志")
        await house.tells("zhao", "/accept 2h", to=house.request_card())
        assert (await house.request()).state is State.ACCEPTED
        assert "赵磊 接受了" in "\n".join(house.thread())


async def test_english_answers_are_understood(house: House) -> None:
    """Covers T1: whatever the room speaks."""
    await house.opened()
    await house.asks("collab tech please look")
    await house.tells("zhao", "return: duplicate of another", to=house.request_card())
    request = await house.request()
    assert (request.state, request.reason) == (State.RETURNED, "duplicate")
