"""Words written in either thread of a request reach the other, on whatever platform; and nothing else does."""

import pytest

from tests.collab.stage import House
from tests.telegram.stage import picture

PNG = picture(10)


@pytest.fixture
async def asked(house: House) -> House:
    """林晓 has asked 技术部 about Ann's printer."""
    await house.opened()
    await house.asks("协作 技术部 请检查打印机日志")
    return house


async def test_the_technicians_words_reach_the_ticket(asked: House) -> None:
    """Covers A2, B5: labelled with the request and the department."""
    await asked.tells("zhao", "日志里有 E-203", to=asked.request_card())
    copy = asked.read(asked.below("日志里有 E-203"))
    assert "赵磊" in copy
    assert "C-1 · 技术部" in copy


async def test_the_agents_words_reach_the_technicians(asked: House) -> None:
    """Covers A2, B5: with one request open nobody has to name it."""
    await asked.say("lin", asked.support, "客户说昨天还好", under=asked.card())
    await asked.settle()
    shown = asked.phone.visible_text(asked.note("客户说昨天还好"))
    assert "林晓" in shown
    assert "客服部" in shown


async def test_a_reply_to_a_carried_message_is_an_answer(asked: House) -> None:
    """Covers B5: on Telegram whoever answers a copy speaks of the request."""
    await asked.say("lin", asked.support, "客户说昨天还好", under=asked.card())
    await asked.settle()
    await asked.tells("sun", "那就不是硬件", to=asked.note("客户说昨天还好"))
    assert "孙强" in asked.read(asked.below("那就不是硬件"))


async def test_edits_and_deletions_are_carried(asked: House) -> None:
    """Covers B5."""
    note = await asked.tells("zhao", "日志里有 E-203", to=asked.request_card())
    await asked.phone.edits(asked.guests["zhao"], note, "日志里有 E-204")
    await asked.settle()
    assert "E-204" in asked.read(asked.below("日志里有"))
    said = await asked.say("lin", asked.support, "昨天还好", under=asked.card())
    await asked.settle()
    assert any("昨天还好" in text for text in asked.notes())
    await asked.delete("lin", said)
    await asked.settle()
    assert not any("昨天还好" in text for text in asked.notes())


async def test_files_are_carried_both_ways(asked: House) -> None:
    """Covers B8."""
    await asked.tells("zhao", "看这里", to=asked.request_card(), photo=PNG)
    under = asked.slack.messages(asked.support, asked.card())
    assert [file for message in under for file in message.files]
    file = asked.slack.file("log.txt", b"E-203", mimetype="text/plain")
    await asked.say("lin", asked.support, "日志", under=asked.card(), files=[file])
    await asked.settle()
    assert asked.phone.calls("sendDocument")


async def test_what_the_customer_writes_stays_with_his_agent(asked: House) -> None:
    """Covers M12: only what was chosen goes to another department."""
    await asked.say("ann", asked.help, "我的电话是 13800000000", under=asked.slack.messages(asked.help)[0].ts)
    await asked.settle()
    assert any("13800000000" in text for text in asked.thread())
    assert not any("13800000000" in text for text in asked.notes())


async def test_a_note_stays_with_the_team(asked: House) -> None:
    """Covers M12: the word for notes keeps words from other departments as well."""
    await asked.asks("备注 这个客户很难缠")
    assert not any("难缠" in text for text in asked.notes())


async def test_asked_back_and_answered(asked: House) -> None:
    """Covers A2: whoever asked hears it at once; his next words are the answer."""
    await asked.tells("zhao", "/ask 什么型号？", to=asked.request_card())
    assert "什么型号" in asked.read(asked.below("想知道"))
    assert (await asked.request()).asked_back
    assert "等待答复" in asked.phone.visible_text(asked.request_card())
    await asked.say("lin", asked.support, "HP 4250", under=asked.card())
    await asked.settle()
    assert any("HP 4250" in text for text in asked.notes())
    assert not (await asked.request()).asked_back


async def test_with_two_departments_a_name_decides_and_else_both_read_it(house: House) -> None:
    """Covers U24: `C-2 …` is for that one; words for nobody in particular are for all, and say so."""
    await house.opened()
    await house.asks("协作 技术部 请检查打印机日志")
    await house.asks("协作 财务部 请安排退款")
    await house.say("lin", house.support, "C-2 金额是 300", under=house.card())
    await house.settle()
    under = [house.read(message) for message in house.slack.messages(house.finance, house.finance_card(2))]
    assert any("金额是 300" in text for text in under)
    assert not any("金额是 300" in text for text in house.notes())
    await house.say("lin", house.support, "客户明天来电", under=house.card())
    await house.settle()
    assert "所有协作部门" in house.phone.visible_text(house.note("客户明天来电"))
    under = [house.read(message) for message in house.slack.messages(house.finance, house.finance_card(2))]
    assert any("客户明天来电" in text for text in under)


async def test_one_department_does_not_read_anothers_words(house: House) -> None:
    """Covers U24, U32: each request is between two."""
    await house.opened()
    await house.asks("协作 技术部 请检查打印机日志")
    await house.asks("协作 财务部 请安排退款")
    await house.tells("zhao", "机密零件清单", to=house.request_card(1))
    assert any("机密零件清单" in text for text in house.thread())
    under = [house.read(message) for message in house.slack.messages(house.finance, house.finance_card(2))]
    assert not any("机密" in text for text in under)


async def test_a_team_that_speaks_openly_still_keeps_requests_inside(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Covers G2, U32: where plain words go to the customer, those for a department do not."""
    from tests.collab.stage import open_house

    async with open_house(tmp_path_factory.mktemp("open"), support='audience = "public"') as house:
        await house.opened()
        await house.asks("协作 技术部 请检查打印机日志")
        await house.say("lin", house.support, "C-1 内部编号 9981", under=house.card())
        await house.later()
        await house.settle()
        assert any("内部编号 9981" in text for text in house.notes())
        assert "9981" not in house.shown_to_customer("ann")
