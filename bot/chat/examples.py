"""Example views: every feature that a view can have, for golden files and for looking at an adapter's rendering.

Not shown to anybody who works with Baton; the words are examples of what people write, hostile ones among them.
"""

from collections.abc import Mapping

from bot.chat.examples_knowledge import KNOWLEDGE
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

_ETAS = (Choice("30m", "30 分钟"), Choice("1h", "1 小时"), Choice("today", "今天内"), Choice("-", "其他时间…"))

# A collaboration request: in the room of the department that was asked, under the ticket's card, and as it comes back.
_REQUESTS: Mapping[str, View] = {
    "card_request": Card(
        "🆕 C-7 · 技术部 · BUG · 打印测试页没有反应",
        text("打印测试页没有反应，", bold("第三次"), "了。"),
        rows=(
            Row("提出", text("林晓（客服部）")),
            Row("工单", text("🔴 T-12 · 打印机坏了")),
            Row("客户", text("Ann <ann@example.com>")),
            Row("操作步骤", text("开机 → 打印测试页")),
            Row("截图", text("📎")),
            Row("状态", text("🆕 待接受")),
            Row("响应", text("16:30 前")),
        ),
        controls=(
            Button("接受", "collab.accept", 7, style="primary"),
            Menu("接受并预计", "collab.eta", 7, _ETAS),
            Button("完成", "collab.done", 7),
            Button("追问", "collab.ask_back", 7),
            Button("退回", "collab.return", 7, style="danger"),
            Menu("转交", "collab.hand", 7, (Choice("4", "赵磊"), Choice("5", "孙强")), chosen="4"),
        ),
        footer="C-7 · 更新于 2026/12/1 14:00",
    ),
    "card_request_asking": Card(
        "↩️ C-7 · 技术部 · BUG · 打印测试页没有反应",
        text(bold("已退回（资料不全）："), " 请补充错误代码"),
        rows=(Row("状态", text("↩️ 已退回")), Row("等待", text("C-5 (处理中)")), Row("退回次数", text("2"))),
        controls=(
            Button("补充", "collab.repair", 7, style="primary"),
            Button("重新发出", "collab.resend", 7),
            Button("撤销", "collab.withdraw", 7, style="danger"),
        ),
        footer="C-7 · 更新于 2026/12/1 14:00",
    ),
    "post_request_done": Post(
        text(
            mention("林晓", "U0LIN"), " ", bold("C-7"), " ✅ 技术部的 赵磊 完成了，结果：\n已更换打印头 & <测试> 通过"
        ),
        controls=(
            Button("告知客户", "collab.tell_customer", 7, style="primary"),
            Button("重开", "collab.reopen", 7),
        ),
    ),
    "post_request_offer": Post(
        text("要请技术部协作吗？"),
        controls=(Button("发出协作请求", "collab.make", 12, "dAbCdEf012345", style="primary"),),
    ),
}

VIEWS: Mapping[str, View] = {
    **KNOWLEDGE,
    **_REQUESTS,
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
    "alert": Card(
        "⏰ T-12 · 打印机坏了，没法发货",
        text(
            "请 ",
            mention("林晓", "U0LIN"),
            " 处理\n",
            bold("客户还没有得到首次回复。已超时25分钟。"),
            "\n王芳 从 2026/12/1 10:05 起在处理。",
        ),
        rows=(
            Row("客户", text("陈伟（VIP）")),
            Row("优先级", text("紧急")),
            Row("处理人", text("林晓")),
            Row("已等待", text("2小时（自 2026/12/1 08:05 起）")),
            Row("最后一句", text("陈伟：<b>还是</b>不行 *急*")),
            Row("之前通知过", text("林晓，2026/12/1 08:15\n王芳，2026/12/1 08:35")),
        ),
        controls=(
            Button("我来处理", "alert.ack", 7, style="primary"),
            Menu(
                "稍后提醒",
                "alert.snooze",
                7,
                (Choice("15m", "15 分钟"), Choice("30m", "30 分钟"), Choice("1h", "1 小时")),
            ),
            Menu("改派", "alert.reassign", 7, (Choice("3", "陈曦"), Choice("4", "王芳"))),
            Button("延期", "alert.extend", 7),
            Button("打开会话", "alert.show", 7, url="https://example.com/archives/C0SUPPORT/p1"),
        ),
        footer="迟到1小时：Baton 曾停机，有 2 条较早的提醒没有发出。",
    ),
    "alert_group": Card(
        "有 12 件事等您处理",
        sections=tuple(
            Section(
                body=text(
                    bold(f"⏰ T-{number} "), "打印机坏了", f"\n客户在等待回复。已超时{number}分钟。 · 紧急 · 陈伟"
                ),
                controls=(
                    Button("我来处理", "alert.ack", number, style="primary"),
                    Button("打开会话", "alert.show", number, url=f"https://example.com/archives/C0SUPPORT/p{number}"),
                ),
            )
            for number in range(1, 11)
        ),
        controls=(Button("我的工单", "mine"),),
        footer="还有 2 件，输入“我的”查看全部",
    ),
    "delivery": Card(
        "提醒送达记录：T-12",
        sections=(
            Section(
                body=text(
                    bold("T-12 · 第 1 步 · 林晓 · 2026/12/1 08:15"),
                    "\n私信：未按时证实，改用下一渠道（2026/12/1 08:15）",
                    "\n邮件：平台已接收，可能重复（2026/12/1 08:20）",
                )
            ),
            Section(
                body=text(
                    bold("T-12 · 第 2 步 · 王芳 · 2026/12/1 08:35"),
                    "\n短信：被拒绝：没有配置这个渠道（2026/12/1 08:35）\n私信：已响应（2026/12/1 08:41）",
                )
            ),
        ),
    ),
    "card_duty": Card(
        "当前值班",
        sections=(
            Section("客服部", text("🟢 ", bold("林晓"), " · 到 2026/12/1 18:00\n⚪ 陈曦 · 2026/12/1 14:00 开始")),
            Section("技术部", text("现在没有人值班。\n⚪ 赵磊 · 2026/12/2 09:00 开始")),
        ),
        controls=(Button("我要休息", "duty.rest"), Button("刷新", "duty")),
    ),
    "post_mention": Post(
        text(
            bold("🔴 T-12 · 打印机坏了"),
            " · 紧急\n林晓 在这里提到了您：\n",
            Span("@赵磊 能看一下吗？", frozenset({QUOTE})),
            "\n之前的内容：\n",
            bold("陈伟"),
            " 打印机又坏了",
        ),
        footer="直接回复本条消息即可，内容会进入工单讨论，客户看不到。",
        controls=(
            Button("回答", "mention.answer", 7, style="primary"),
            Button("查看", "ticket.show", 12),
            Button("打开原文", "", url="https://example.com/archives/C0SUPPORT/p1"),
        ),
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
    ),
    "form_request": Form(
        "collab.ask",
        "T-12 请求协作",
        "发出",
        (
            Field("problem", "需要对方做什么", "text", value="打印机坏了", hint="对方只看到这里写的。", limit=3000),
            Field("item0", "操作步骤", "text"),
            Field("item1", "截图", "text", required=False, hint="在下面勾选带附件的消息。"),
            Field(
                "messages",
                "一并转给对方的消息",
                "choices",
                required=False,
                value="31",
                choices=(Choice("31", "Ann: 📎打印机坏了"), Choice("32", "林晓: 什么型号？")),
            ),
            Field("after", "排在哪个请求之后", "choices", required=False, choices=(Choice("5", "C-5 · 财务部"),)),
        ),
        subject=12,
        state="dAbCdEf012345",
        intro="发给技术部",
    ),
}
