"""Markdown as people see it in chat, and as it is searched. Covers G6."""

import pytest

from bot.chat.text import BLOCK, BOLD, CODE, ITALIC, QUOTE, STRIKE, plain
from bot.knowledge.markdown import searchable, shown

ARTICLE = """# 退款

打开 **订单**，点 `退款`，见 [说明](https://example.com/refund)。
第二行 *斜* ~~删~~

- 选原因
  - 七天内
- 提交

3. 等审核
4. 到账

> 一般三天

```
code <b>
```

| 渠道 | 天数 |
|---|---|
| 支付宝 | 1 |

![流程图](https://example.com/a.png)
"""


def test_an_article_reads_like_one() -> None:
    assert plain(shown(ARTICLE)) == (
        "退款\n\n打开 订单，点 退款，见 说明。\n第二行 斜 删\n\n• 选原因\n   • 七天内\n• 提交\n\n3. 等审核\n4. 到账\n\n"
        "一般三天\n\n\ncode <b>\n\n渠道  天数  \n支付宝  1  \n\n🖼 流程图"
    )


@pytest.mark.parametrize(
    ("words", "style"),
    [
        ("退款", BOLD),
        ("订单", BOLD),
        ("斜", ITALIC),
        ("删", STRIKE),
        ("一般三天", QUOTE),
        ("code <b>", BLOCK),
        ("渠道", BOLD),
    ],
)
def test_looks_are_kept(words: str, style: str) -> None:
    assert any(span.text == words and style in span.style for span in shown(ARTICLE))


def test_code_and_links_are_kept() -> None:
    spans = {span.text: span for span in shown(ARTICLE)}
    assert spans["说明"].link == "https://example.com/refund"
    assert spans["🖼 流程图"].link == "https://example.com/a.png"
    assert [span.style for span in shown("点 `退款`") if span.text == "退款"] == [frozenset({CODE})]


@pytest.mark.parametrize("body", ["<script>alert(1)</script>", "a <b>bold</b> & co", "javascript: x"])
def test_html_is_words(body: str) -> None:
    assert plain(shown(body)) == body


def test_a_script_is_no_address() -> None:
    """Covers the reader: what could run where it is pressed is no link."""
    assert not any(span.link for span in shown("[here](javascript:alert(1))"))


def test_words_are_searched_without_marks() -> None:
    assert searchable(ARTICLE) == (
        "退款\n\n打开 订单，点 退款，见 说明。\n第二行 斜 删\n\n• 选原因\n  • 七天内\n• 提交\n\n3. 等审核\n4. 到账\n\n"
        "一般三天\n\ncode <b>\n\n  渠道  天数  \n\n  支付宝  1  \n\n流程图"
    )


@pytest.mark.parametrize("words", ["2 * 3 * 4", "snake_case_name", "a|b", "C:\\x", "5 > 3", "E-1042", "价格 - 说明"])
def test_what_only_looks_like_marks_stays(words: str) -> None:
    assert searchable(words).replace("  ", "|") == words


def test_long_bodies_are_no_trap() -> None:
    """Covers the event loop: no pattern takes longer than it should on what somebody types on purpose."""
    for piece in ("*", "_", "`", "[", "![", "](", "|", "~~", "**a", "> ", "- ", "# "):
        searchable(piece * (20_000 // len(piece)))
        searchable((piece + "\n") * (20_000 // len(piece)))
