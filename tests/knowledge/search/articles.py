"""A small knowledge base, written for the tests: both scripts, English, code words, aliases."""

from bot.knowledge.search import Document, Index

ARTICLES = (
    Document(1, "按钮不显示怎么办", "请检查图层顺序。按钮可能被遮住了。\n也可能是图片没有加载。", lang="zh-CN"),
    Document(
        2,
        "如何申请退款",
        "七天之内可以退款。请在订单页面点击申请退款，三个工作日到账。",
        ("怎样退钱", "我要退货"),
        "zh-CN",
    ),
    Document(3, "營業時間", "週一至週五上午九點到下午六點，國定假日休息。", lang="zh-TW", tags=("時間",)),
    Document(
        4, "How to reset your password", "Open the login page. Click Forgot password. A link is sent to you.", lang="en"
    ),
    Document(
        5, "BitmapText is blurry", "Set the texture's filter to nearest. See TextField for fonts.", category="egret"
    ),
    Document(6, "配送状态查询", "在我的订单里查看物流单号。发货后两天内更新。", lang="zh-CN"),
    Document(
        7, "Cash withdrawal fee", "Withdrawing from an ATM costs 2 EUR. Transfers are free.", ("ATM charges",), "en"
    ),
    Document(8, "软件下载地址", "从官方网站下载安装程序，支持 Windows 和 macOS。", lang="zh-CN"),
)


def index() -> Index:
    """All of them."""
    return Index.build(ARTICLES)


def first(found: Index, query: str) -> int | None:
    """The id of the best hit."""
    hits = found.search(query).hits
    return hits[0].id if hits else None
