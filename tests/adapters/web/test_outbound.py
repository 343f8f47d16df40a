"""Views become what the page draws; what does not fit is cut so that it can still be read."""

from dataclasses import replace

import pytest

from adapters.web import limits
from adapters.web.outbound import offers, reply_json, view_body
from bot.chat.text import BOLD, Span, bold, mention, text
from bot.chat.views import (
    Button,
    Card,
    Choice,
    DatePicker,
    FieldErrors,
    Menu,
    Post,
    Row,
    Section,
    Toast,
)

CARD = Card(
    "T-12 打印机",
    text("坏了 ", bold("很急"), " ", mention("林晓", "lin")),
    (Row("状态", text("新建")),),
    (Section("操作", text("请选"), (Button("领取", "ticket.take", 12, "now", "primary"),)),),
    (
        Button("关闭", "ticket.close", 12, style="danger", confirm="确定？"),
        Menu("优先级", "ticket.priority", 12, (Choice("low", "低"), Choice("high", "高")), "low"),
        DatePicker("截止", "ticket.due", 12, "2026-12-24"),
        Button("网页", "", url="https://example.com/"),
    ),
    "小字",
)


def test_a_card_keeps_everything_on_it() -> None:
    assert view_body(CARD) == {
        "kind": "card",
        "title": "T-12 打印机",
        "text": [{"t": "坏了 "}, {"t": "很急", "s": [BOLD]}, {"t": " "}, {"t": "林晓", "a": "lin"}],
        "rows": [{"label": "状态", "value": [{"t": "新建"}]}],
        "sections": [
            {
                "heading": "操作",
                "text": [{"t": "请选"}],
                "controls": [
                    {
                        "type": "button",
                        "label": "领取",
                        "action": "ticket.take",
                        "subject": 12,
                        "value": "now",
                        "style": "primary",
                        "confirm": "",
                    }
                ],
            }
        ],
        "controls": [
            {
                "type": "button",
                "label": "关闭",
                "action": "ticket.close",
                "subject": 12,
                "value": "",
                "style": "danger",
                "confirm": "确定？",
            },
            {
                "type": "menu",
                "label": "优先级",
                "action": "ticket.priority",
                "subject": 12,
                "chosen": "low",
                "choices": [{"value": "low", "label": "低"}, {"value": "high", "label": "高"}],
            },
            {"type": "date", "label": "截止", "action": "ticket.due", "subject": 12, "chosen": "2026-12-24"},
            {"type": "link", "label": "网页", "url": "https://example.com/", "style": ""},
        ],
        "footer": "小字",
    }


def test_a_post_says_whose_words_it_carries() -> None:
    body = view_body(Post(text("你好"), author="张伟", label="客户消息", footer="已编辑"))
    assert (body["kind"], body["author"], body["label"], body["footer"]) == ("post", "张伟", "客户消息", "已编辑")


@pytest.mark.parametrize(
    ("view", "part", "length"),
    [
        (replace(CARD, title="长" * 999), "title", limits.TITLE),
        (replace(CARD, rows=CARD.rows * 99), "rows", limits.ROWS),
        (replace(CARD, sections=CARD.sections * 199), "sections", limits.SECTIONS),
        (replace(CARD, controls=CARD.controls * 99), "controls", limits.CONTROLS),
        (Post(text("x"), controls=CARD.controls * 99), "controls", limits.CONTROLS),
    ],
)
def test_what_is_too_much_is_cut(view: Card | Post, part: str, length: int) -> None:
    assert len(view_body(view)[part]) == length


def test_only_words_decide_what_is_too_long() -> None:
    fits = Post((Span("x" * limits.TEXT),), footer="y" * 99)
    assert not limits.too_long(fits)
    assert limits.too_long(replace(fits, body=text(*fits.body, "x")))


def test_only_what_stands_on_a_view_can_come_back_from_it() -> None:
    body = view_body(CARD)
    assert offers(body, "ticket.take", 12, "now")
    assert offers(body, "ticket.priority", 12, "high")
    assert offers(body, "ticket.due", 12, "2027-01-01")
    for action, subject, value in (
        ("ticket.take", 12, ""),
        ("ticket.priority", 12, "urgent"),
        ("ticket.close", 13, ""),
    ):
        assert not offers(body, action, subject, value)


def test_answers_at_once_are_small() -> None:
    assert reply_json(None) == {}
    assert reply_json(Toast("好")) == {"toast": "好"}
    assert reply_json(FieldErrors((("title", "空"),))) == {"errors": {"title": "空"}}
