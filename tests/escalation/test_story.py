"""From a step that falls due to somebody who is on it, through the wire."""

from datetime import timedelta

from bot.escalation.rules import State
from tests.escalation.stage import alerts, ledger, minutes, told
from tests.tickets.stage import Stage


async def _begun(stage: Stage, words: str = "打印机坏了，没法发货") -> None:
    """Ann has asked, and 林晓 has it."""
    await stage.say("ann", stage.help, words)
    await stage.press("lin", stage.card(), "领取")


async def test_whoever_has_it_is_told_with_everything_to_act_on_and_stops_the_chain(stage: Stage) -> None:
    """Covers U12 U16 U18: the alert, its proof, and "I am on it"."""
    await _begun(stage)
    await minutes(stage, 11)
    (alert,) = told(stage, "lin")
    shown = stage.read(alert)
    for words in ("T-1 · 打印机坏了，没法发货", "客户还没有得到首次回复", "Ann：打印机坏了", "普通", "客服部"):
        assert words in shown
    (entry,) = await ledger(stage)
    assert entry.state is State.ACCEPTED
    answer = await stage.press("lin", alert, "我来处理")
    assert "由您处理" in answer
    assert "林晓 从" in stage.read(alert)
    (entry,) = await ledger(stage)
    assert entry.state is State.ANSWERED
    assert any("👀 林晓 正在处理" in line for line in stage.thread())
    await minutes(stage, 25)
    assert told(stage, "wang") == []
    assert len(await alerts(stage)) == 1


async def test_the_lead_hears_after_half_an_hour_and_sees_who_was_told_before(stage: Stage) -> None:
    """Covers U12 U15 U18: the next in the chain, and what was done so far."""
    await _begun(stage)
    await minutes(stage, 31)
    (alert,) = told(stage, "wang")
    assert "之前通知过" in stage.read(alert)
    assert "林晓" in stage.read(alert)


async def test_an_acknowledgement_runs_out_and_is_seen_by_all_who_were_told(stage: Stage) -> None:
    """Covers U16: the lead takes it on, 林晓's own message says so; half an hour of nothing later the chain goes on."""
    await _begun(stage)
    await minutes(stage, 31)
    (hers,), (lins,) = told(stage, "wang"), told(stage, "lin")
    await stage.press("wang", hers, "我来处理")
    assert "王芳 从" in stage.read(lins)
    await minutes(stage, 31)
    again = told(stage, "wang")
    assert len(again) == 2
    assert "之后没有进展" in stage.read(again[1])


async def test_a_warning_stands_in_the_thread_and_the_supervisors_hear_at_the_target(stage: Stage) -> None:
    """Covers U12: a quarter of an hour before the target, and at it."""
    await _begun(stage)
    await minutes(stage, 106)
    assert any("请 @林晓 处理" in line for line in stage.thread())
    assert len(told(stage, "wang")) == 1
    await minutes(stage, 15)
    assert len(told(stage, "wang")) == 2
    assert "现在到期" in stage.read(told(stage, "wang")[1])


async def test_an_answer_settles_what_was_told(stage: Stage) -> None:
    """Covers U16: nobody is left with a button for something that is over."""
    await _begun(stage)
    await minutes(stage, 11)
    (alert,) = told(stage, "lin")
    await stage.say("lin", stage.support, "回复：马上来看", under=stage.card())
    await stage.later()
    assert "已首次回复客户，没有超时" in stage.read(alert)
    assert "我来处理" not in stage.read(alert)
    await minutes(stage, 60)
    assert told(stage, "wang") == []


async def test_words_in_the_thread_prove_that_it_was_seen(stage: Stage) -> None:
    """Covers G5: not only buttons are answers."""
    await _begun(stage)
    await minutes(stage, 11)
    await stage.say("lin", stage.support, "我问一下仓库", under=stage.card())
    (entry,) = await ledger(stage)
    assert entry.state is State.SEEN


async def test_snoozing_rests_for_everybody_and_then_goes_on(stage: Stage) -> None:
    """Covers U16."""
    await _begun(stage)
    await minutes(stage, 11)
    (alert,) = told(stage, "lin")
    assert "不再提醒" in await stage.choose("lin", alert, "稍后提醒", "15 分钟")
    await minutes(stage, 13)
    assert len(told(stage, "lin")) == 1
    await minutes(stage, 3)
    assert len(told(stage, "lin")) == 2


async def test_reassigning_hands_it_to_a_colleague(stage: Stage) -> None:
    """Covers U16: the ticket has another owner, and the chain gives him time."""
    await _begun(stage)
    await minutes(stage, 11)
    (alert,) = told(stage, "lin")
    assert "改派给 陈曦" in await stage.choose("lin", alert, "改派", "陈曦")
    assert await stage.owner() == "陈曦"
    assert "林晓 于" in stage.read(alert)
    await minutes(stage, 21)
    assert told(stage, "wang") == []


async def test_extending_wants_a_reason_and_moves_the_target(stage: Stage) -> None:
    """Covers U16 C7."""
    await _begun(stage)
    await minutes(stage, 11)
    (alert,) = told(stage, "lin")
    before = (await alerts(stage))[0].target
    await stage.press("lin", alert, "延期")
    assert await stage.submit("lin", {"延长多久": "soon", "原因": "等配件"})
    assert await stage.submit("lin", {"延长多久": "1h", "原因": "等配件"}) == {}
    after = (await alerts(stage))[0].target
    assert before is not None
    assert after == before + timedelta(hours=1)
    assert any("林晓 把 T-1 延期到" in line for line in stage.thread())


async def test_the_words_do_what_the_buttons_do(stage: Stage) -> None:
    """Covers U16: `知道了` for what the thread is about; nothing to answer is said."""
    await _begun(stage)
    await stage.command("lin", None, "/baton", "T-1 知道了")
    assert "没有需要处理的提醒" in stage.direct("lin")[-1]
    await minutes(stage, 11)
    await stage.command("lin", None, "/baton", "T-1 知道了")
    assert "由您处理" in stage.direct("lin")[-1]
    assert "林晓 从" in stage.read(told(stage, "lin")[0])


async def test_a_word_to_the_bot_alone_answers_what_it_said_last(stage: Stage) -> None:
    """Covers U16: no number needed for the one thing that was told; the second time there is nothing to answer."""
    await _begun(stage)
    await minutes(stage, 11)
    await stage.say("lin", None, "知道了")
    assert "由您处理" in stage.direct("lin")[-1]
    assert "林晓 从" in stage.read(told(stage, "lin")[0])
    await stage.say("lin", None, "稍后 15m")
    assert "指的是哪" in stage.direct("lin")[-1] or "哪张工单" in stage.direct("lin")[-1]


async def test_the_ledger_shows_every_step(stage: Stage) -> None:
    """Covers G5: `送达` in chat."""
    await _begun(stage)
    await stage.command("lin", None, "/baton", "送达 T-1")
    assert "到目前为止没有" in stage.direct("lin")[-1]
    await minutes(stage, 31)
    await stage.command("lin", None, "/baton", "送达 T-1")
    card = stage.direct("lin")[-1]
    for words in ("第 1 步 · 林晓", "第 2 步 · 王芳", "私信：平台已接收"):
        assert words in card


async def test_the_alert_leads_to_the_thread(stage: Stage) -> None:
    """Covers U16: open thread."""
    await _begun(stage)
    await minutes(stage, 11)
    (alert,) = told(stage, "lin")
    assert stage.card().ts.replace(".", "") in str(alert.blocks)
