"""Example views of the knowledge base, for `bot/chat/examples.py`."""

from collections.abc import Mapping

from bot.chat.text import STRIKE, Span, bold, code, italic, text
from bot.chat.views import Button, Card, Post, Row, Section, View

# What the knowledge base found for an agent who asked in a ticket's thread.
_JUDGING = (
    Button("👍 有用", "kb.useful", 3, "41"),
    Button("👎 没用", "kb.useless", 3, "41"),
    Button("⚠️ 有误或过时", "kb.wrong", 3, "41"),
)
_KNOWLEDGE: Mapping[str, View] = {
    "card_found": Card(
        "“退款多久到账”",
        sections=(
            Section(
                "📌 ⭐ K-3 · 怎么申请退款？",
                text("… 点“", bold("退款"), "”，一般三天", bold("到账"), "。 …\n", italic("用词相同、读音相近")),
                (Button("发给客户", "kb.send", 3, "41", "primary"), *_JUDGING, Button("详情", "kb.show", 3, "41")),
            ),
            Section("K-8 · 退款失败 <b>怎么办</b>", controls=(*_JUDGING, Button("详情", "kb.show", 8, "41"))),
        ),
        controls=(Button("更多", "kb.more", 41, "3"), Button("✍️ 写一篇", "kb.new")),
    ),
    "post_answer": Post(
        text(
            italic("为您找到知识库里的答案（K-3）："),
            "\n\n",
            bold("营业时间"),
            "\n每天 ",
            bold("9:00"),
            " 到 18:00 <节假日除外>",
        ),
        controls=(
            Button("已解决", "answer.solved", 41, style="primary"),
            Button("需要人工", "answer.person", 41),
        ),
        footer="解决了吗？点按钮即可；需要同事处理，直接在这里写也行（T-12）。",
    ),
    "post_answer_ended": Post(
        text(italic("为您找到知识库里的答案（K-3）："), "\n\n", bold("营业时间"), "\n每天 9:00 到 18:00"),
        footer="✓ 已解决。还有问题，直接在这里写。",
    ),
    "card_revisions": Card(
        "K-3 · 怎么申请退款？：历史版本",
        sections=(
            Section("✓ 第 7 版 · 2026/12/1 10:00 · 林晓", text(bold("标签"), ": ", "退款 / <售后>")),
            Section(
                "第 6 版 · 2026/11/30 18:20 · 陈曦 · 恢复自第 4 版",
                text(code("-"), " ", Span("一般五天到账", frozenset({STRIKE})), "\n", code("+"), " 一般三天到账"),
                (Button("恢复到这一版", "kb.revert", 3, "6"),),
            ),
        ),
        controls=(Button("更早的版本", "kb.history", 3, "5"),),
    ),
    "card_script": Card(
        "K-5 · 客户要退款时的话术",
        text("按顺序来。\n\n1. ☑ 先", bold("道歉"), "\n2. ☐ 问订单号\n   • 没有的话查手机号\n3. ☐ 转给退款组"),
        sections=(
            Section(
                "已完成 1/3 步",
                controls=(
                    Button("☑ 1 先道歉", "kb.tick", 5, "t12.d6632eeb10.0"),
                    Button("☐ 2 问订单号", "kb.tick", 5, "t12.3e2e71d389.1"),
                    Button("☐ 3 转给退款组", "kb.tick", 5, "t12.cac16b0187.1"),
                    Button("重新开始", "kb.again", 5, "t12"),
                ),
            ),
        ),
        controls=(Button("👍 有用", "kb.useful", 5), Button("编辑", "kb.edit", 5)),
        footer="K-5 · 更新于 2026/12/1 14:00",
    ),
    "card_most_asked": Card(
        "知识库",
        text("在后面直接输入问题，例如：知识 退款多久到账"),
        sections=(
            Section(
                "🔥 本周问得最多",
                text("📌 K-3 · 怎么申请退款？\nK-8 · 退款失败 <b>怎么办</b>"),
                (Button("K-3", "kb.show", 3), Button("K-8", "kb.show", 8)),
            ),
        ),
        controls=(Button("✍️ 写一篇", "kb.new", style="primary"),),
    ),
    "post_suggestion": Post(
        text("💡 📌 ⭐ K-3 · 怎么申请退款？", italic(" · 用词相同、读音相近")),
        controls=(
            Button("发给客户", "kb.send", 3, "42", "primary"),
            Button("查看", "kb.show", 3, "42"),
            Button("这里用不上", "kb.dismiss", 3, "42"),
        ),
    ),
}

# What whoever looks after the knowledge base is told: what is missing, what is due, how it stands.
_LOOKED_AFTER: Mapping[str, View] = {
    "card_gaps": Card(
        "上周有人问、还没人写的问题",
        text("写一次，下一个人马上就能查到。"),
        sections=(
            Section(
                "“发票抬头怎么改”",
                text("问过 3 次 · 2 人 · 最近 2026/12/1 10:00\n还这样问过：“發票抬頭怎麼改”、“<b>[电话]</b> 的抬头”"),
                (
                    Button("✍️ 写一篇", "kb.gap.write", 1, style="primary"),
                    Button("不用写", "kb.gap.drop", 1, confirm="这个问题不写了？如果还有很多人问，它会再出现。"),
                ),
            ),
            Section("“年假有几天”", text("问过 2 次 · 2 人"), (Button("✍️ 写一篇", "kb.gap.write", 4),)),
            Section(body=text("还有 2 项")),
        ),
    ),
    "card_reviews": Card(
        "有 1 篇文章该复审了",
        text("内容还准确吗？"),
        sections=(
            Section(
                "K-3 · 怎么申请退款？",
                text("复审日期：2026年12月1日星期二"),
                (
                    Button("✓ 仍然准确", "kb.right", 3, style="primary"),
                    Button("编辑", "kb.edit", 3),
                    Button("归档", "kb.archive", 3, style="danger", confirm="归档后大家就查不到 K-3 了，确定吗？"),
                    Button("详情", "kb.show", 3),
                ),
            ),
        ),
    ),
    "card_report": Card(
        "知识库报表：客服部",
        text("2026-11-30 至 2026-12-01，括号内为上一时段"),
        (
            Row("提问", text("41（上期 97）")),
            Row("有把握的答案", text("71% (29/41)（上期 62% (60/97)）")),
            Row("先由知识库回答的客户", text("12（上期 30）")),
            Row("· 客户说已解决", text("7（上期 18）")),
            Row("需要维护的文章", text("复审逾期 2 · 90 天没人用 14 · 被指有误 1")),
        ),
        (
            Section("谁在问（按周）", text("陈曦：14 → 11 → 12 → 7 → 5 → 2\n周一帆：0 → 0 → 0 → 21 → 13 → 6")),
            Section("谁在教", text("林晓：写了 4 篇，被用到 31 次")),
        ),
        (Button("近 30 天", "report.knowledge", 1, "30d"), Button("近 90 天", "report.knowledge", 1, "90d")),
    ),
}

KNOWLEDGE: Mapping[str, View] = {**_KNOWLEDGE, **_LOOKED_AFTER}
"""All of them."""
