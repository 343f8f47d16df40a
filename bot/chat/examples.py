"""Example views: every feature that a view can have, for golden files and for looking at an adapter's rendering.

Not shown to anybody who works with Baton; the words are examples of what people write, hostile ones among them.
"""

from collections.abc import Mapping

from bot.chat.text import BLOCK, QUOTE, STRIKE, Span, bold, code, italic, link, mention, text
from bot.chat.views import (
    Button,
    Card,
    Choice,
    DatePicker,
    Field,
    Form,
    Menu,
    Post,
    Row,
    Section,
    View,
)

_PRIORITIES = (Choice("low", "低"), Choice("normal", "普通"), Choice("high", "高"), Choice("urgent", "紧急"))

VIEWS: Mapping[str, View] = {
    "post": Post(text("The printer on floor 3 is on fire.")),
    "post_relayed": Post(
        text("打印机又坏了，", bold("第三次"), "了！"),
        author="陈伟",
        label="客户",
        footer="已编辑",
        controls=(Button("回复", "ticket.reply", 12, style="primary"),),
    ),
    "post_styles": Post(
        text(
            bold("bold"),
            " ",
            italic("italic"),
            " ",
            Span("struck", frozenset({STRIKE})),
            " ",
            code("x = 1"),
            " ",
            link("a link", "https://example.com/?a=1&b=2"),
            " ",
            mention("林晓", "U0LIN"),
            "\n",
            Span("for line in lines:\n    print(line)\n", frozenset({BLOCK})),
            Span("what she said\n", frozenset({QUOTE})),
            "and what I say",
        )
    ),
    "post_hostile": Post(
        text(
            "<!channel> @everyone <b>bold</b> *stars* _lines_ `ticks` &amp; <https://evil.example|bank> </blockquote>"
        ),
        author="<@U0LIN> & *Co*",
        footer="<i>small</i>",
    ),
    "card": Card(
        "T-12 打印机坏了",
        text("三楼的打印机一直卡纸。"),
        rows=(
            Row("状态", text(bold("新"))),
            Row("优先级", text("紧急")),
            Row("处理人", text(mention("林晓", "U0LIN"))),
            Row("来源", text(link("消息", "https://example.com/archives/C0HELP/p1"))),
        ),
        controls=(
            Button("领取", "ticket.take", 12, style="primary"),
            Menu("优先级", "ticket.priority", 12, _PRIORITIES, chosen="urgent"),
            DatePicker("期限", "ticket.due", 12, chosen="2026-11-30"),
            Button("解决", "ticket.solve", 12, confirm="确定已经解决了吗？"),
            Button("删除", "ticket.drop", 12, value="now", style="danger"),
            Button("在网页上查看", "", url="https://baton.example.com/t/12"),
        ),
        footer="客户看到的是公开回复",
    ),
    "card_sections": Card(
        "看板",
        sections=(
            Section("新咨询 2", text("最久 3 小时"), (Button("领取 T-12", "ticket.take", 12),)),
            Section("处理中 5", text("最久 2 天"), (Button("查看 T-7", "ticket.show", 7),)),
            Section("已解决 9"),
        ),
        controls=(Button("刷新", "board.show"),),
    ),
    "card_empty": Card("我的", text("现在没有要处理的工单。")),
}

FORMS: Mapping[str, Form] = {
    "form": Form(
        "ticket.open",
        "新工单",
        "提交",
        (
            Field("title", "标题", value="打印机坏了", hint="一句话说明", limit=150),
            Field("description", "说明", "text", required=False),
            Field(
                "team",
                "部门",
                "choice",
                value="support",
                choices=(Choice("support", "客服部"), Choice("tech", "技术部")),
            ),
            Field("tags", "标签", "choices", required=False, choices=(Choice("a", "退款"), Choice("b", "发票"))),
            Field("due", "期限", "date", required=False, value="2026-11-30"),
        ),
        subject=12,
        state="C0HELP/1.2",
        intro="填写后，负责的部门会马上看到。",
    )
}
