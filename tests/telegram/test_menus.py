"""Menus of a card on Telegram: each is a button that brings its choices as buttons. Covers T2, U32, P5."""

from pathlib import Path

import pytest

from bot.tickets.rules import Priority, Status
from tests.fakes.telegram import Chat, Message
from tests.telegram.stage import Stage, open_stage, telegram_team


async def _card(stage: Stage) -> tuple[Chat, Message]:
    room = stage.team_room()
    await stage.play(telegram_team(stage.folder))
    await stage.say(stage.ann, text="打印机坏了")
    return room, stage.card(room)


@pytest.mark.parametrize(
    ("menu", "choice", "toast", "field", "value"),
    [
        ("优先级", "紧急", "T-1：优先级已改为紧急。", "priority", Priority.URGENT),
        ("状态", "等待同事", "T-1：等待同事。", "status", Status.ON_HOLD),
        ("期限", "2026年12月3日星期四", "T-1 应在 2026-12-03 前完成。", "due_on", "2026-12-03"),
    ],
)
async def test_a_choice_does_what_the_command_does(
    tmp_path: Path, menu: str, choice: str, toast: str, field: str, value: object
) -> None:
    """The choices are offered under the card, one is pressed, the card shows it, and the choices are gone."""
    async with open_stage(tmp_path) as stage:
        room, card = await _card(stage)
        await stage.press(stage.lin, card, menu)
        picker = stage.last(room, f"T-1 · {menu}？")
        assert picker.reply_to is card
        assert await stage.press(stage.lin, picker, choice) == toast
        assert getattr(await stage.ticket(), field) == value
        assert picker.deleted
        assert not card.deleted


async def test_it_is_given_to_a_colleague_by_the_menu(tmp_path: Path) -> None:
    """The members of the team are offered, and who gets it is told."""
    async with open_stage(tmp_path) as stage:
        room, card = await _card(stage)
        await stage.start(stage.chen)
        await stage.press(stage.wang, card, "指派")
        picker = stage.last(room, "T-1 · 指派？")
        assert {"林晓", "陈曦", "王芳", "取消"} == set(stage.telegram.buttons(picker))
        assert await stage.press(stage.wang, picker, "陈曦") == "T-1 已交给 陈曦。"
        assert "陈曦" in stage.telegram.visible_text(card)
        assert stage.sees(stage.chen, "王芳 把这张工单指派给了您。")
        assert picker.deleted


async def test_a_menu_can_be_closed_without_a_choice(tmp_path: Path) -> None:
    """Nothing changes but that it goes."""
    async with open_stage(tmp_path) as stage:
        room, card = await _card(stage)
        before = await stage.ticket()
        await stage.press(stage.lin, card, "优先级")
        picker = stage.last(room, "优先级？")
        await stage.press(stage.lin, picker, "取消")
        assert picker.deleted
        assert await stage.ticket() == before


async def test_somebody_elses_press_is_checked(tmp_path: Path) -> None:
    """Everybody in the group can press; what a person may do decides, whoever opened the menu."""
    async with open_stage(tmp_path) as stage:
        room, card = await _card(stage)
        zhao = stage.telegram.user(1004, "赵磊", language_code="zh-hans")
        for guest in (zhao, stage.ann):
            await stage.telegram.joins(guest, room)
        await stage.press(stage.lin, card, "优先级")
        picker = stage.last(room, "优先级？")
        assert await stage.press(zhao, picker, "紧急") == "T-1 属于客服部，请联系那边的同事。"
        assert "没有工单 T-1" not in await stage.press(stage.ann, picker, "紧急"), "it is her own ticket"
        assert (await stage.ticket()).priority is Priority.NORMAL
        assert not picker.deleted, "it still stands for whoever may"
        assert await stage.press(stage.bo, card, "领取") == "没有工单 T-1。请核对编号，或输入「我的」查看自己的工单。"
        await stage.press(stage.chen, picker, "紧急")
        assert (await stage.ticket()).priority is Priority.URGENT


async def test_two_who_take_it_at_once(tmp_path: Path, database_url: str) -> None:
    """One wins, the other is told who."""
    async with open_stage(tmp_path, database_url=database_url) as stage:
        _, card = await _card(stage)
        one = await stage.telegram.presses(stage.lin, card, "领取")
        two = await stage.telegram.presses(stage.chen, card, "领取")
        await stage.settle()
        assert sorted([one.text, two.text]) == [
            "T-1 已由 林晓 领取。请与 TA 沟通，或输入：指派 @姓名", "T-1 由您处理了。",
        ]  # fmt: skip


async def test_every_press_is_answered_once(tmp_path: Path) -> None:
    """With or without something to say, also for a forged or old button, and when Telegram delivers it again."""
    async with open_stage(tmp_path) as stage:
        _, card = await _card(stage)
        for label in ("备注", "优先级", "领取"):
            await stage.press(stage.lin, card, label)
        for data in (
            "nonsense",
            "ticket.take:999999999:",
            "menu:1:no.such",
            "dialog.pick:0:99",
            ":::",
            "ticket.due:1:x",
        ):
            query = await stage.telegram.presses(stage.lin, card, "领取", data=data)
            await stage.telegram.answered(query)
            await stage.settle()
            assert query.text, f"{data} was met with silence"
        answers = [call.parameters["callback_query_id"] for call in stage.telegram.calls("answerCallbackQuery")]
        assert len(answers) == len(set(answers)) == 9


async def test_a_press_that_telegram_delivers_again_changes_nothing(tmp_path: Path) -> None:
    """The webhook is called five times with the same press: taken once, answered once."""
    async with open_stage(tmp_path) as stage:
        room = stage.team_room()
        file = telegram_team(tmp_path)
        await stage.play(file, TELEGRAM_MODE="webhook", BATON_PUBLIC_URL="https://baton.example")
        await stage.say(stage.ann, text="打印机坏了")
        query = await stage.telegram.presses(stage.lin, stage.card(room), "备注")
        await stage.telegram.answered(query)
        await stage.telegram.redeliver(stage.telegram.updates[-1]["update_id"], times=4)
        await stage.settle()
        assert sum("T-1 的备注" in words for words in stage.shown(room)) == 1
        assert len(stage.telegram.calls("answerCallbackQuery")) == 1
