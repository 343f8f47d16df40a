"""What customers said about themselves stays out of articles. Covers U7, T10."""

from time import perf_counter

import pytest

from bot.knowledge.masking import KINDS, masked

INSTEAD = {kind: f"<{kind}>" for kind in KINDS}


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("我的电话是13812345678，谢谢", "我的电话是<phone>，谢谢"),
        ("打 138 1234 5678 找我", "打 <phone> 找我"),
        ("手機0912-345-678", "手機<phone>"),
        ("call +44 20 7946 0958 please", "call <phone> please"),
        ("固话 021-6234 5678", "固话 <phone>"),
        ("寄到 ann.lee+shop@mail.example.com。", "寄到 <mail>。"),
        ("寄到ann@example.com谢谢", "寄到<mail>谢谢"),
        ("身份证 11010519491231002X", "身份证 <id>"),
        ("身分證 A123456789", "身分證 <id>"),
        ("卡号 6222 0202 0011 2233 445", "卡号 <card>"),
        ("订单号：88213 还没到", "订单号：<order> 还没到"),
        ("order no. 7731-A2 is late", "order no. <order> is late"),
        ("运单 SF1234567890123", "运单 <order>"),
        ("单 20261122000123 退了", "单 <order> 退了"),
        ("看 https://shop.example.com/o?id=1&token=x 这里", "看 <link> 这里"),
        ("我是张伟，叫我张伟就行", "我是<name>，叫我<name>就行"),
        ("我是華小姐，我叫王小明。", "我是<name>小姐，我叫<name>。"),
        ("王大明先生您好，张女士的也到了", "<name>先生您好，<name>女士的也到了"),
        ("收件人：李雷", "收件人：<name>"),
        ("寄到上海市浦东新区张江路100号3栋502室，谢谢", "<address>，谢谢"),
        ("地址：台北市信義區松高路11號5樓之2", "地址：<address>"),
        ("my name is John O'Neill, ask Mr. Smith", "my name is <name>, ask Mr. <name>"),
        ("ship to 221 Baker Street please", "ship to <address> please"),
        ("This is Ann Lee. ann here, annual plan", "This is <name>. <name> here, annual plan"),
    ],
)
def test_what_identifies_somebody_goes(said: str, left: str) -> None:
    assert masked(said, ["张伟", "Ann Lee"], INSTEAD) == left


@pytest.mark.parametrize(
    "said",
    [
        "错误 E-1042，重启 3 次",
        "价格 1999 元，满 200 减 30",
        "版本 2.14.3，2026-12-01 发布",
        "营业时间 09:00-18:00",
        "https://help.example.com/refund",
        "型号 X200 和 Pro14",
        "我是老客户，我是会员，这位先生问的",
        "坐地铁2号线，去3号柜台，按1号键",
        "我是第一次买，路上 5 号到",
        "my name is not shown, miss the deadline",
    ],
)
def test_what_tells_of_the_matter_stays(said: str) -> None:
    assert masked(said, ["a", ""], INSTEAD) == said


@pytest.mark.parametrize("said", ["我是客户很多字", "王", "张江路口的人", "路1", "a.b-", "1 A ", "订单 1", "0"])
def test_a_long_text_is_looked_through_at_once(said: str) -> None:
    """Whatever a customer pastes, nobody waits for it; hundreds of times longer is not thousands slower."""
    long = said * (40_000 // len(said))
    began = perf_counter()
    masked(long, ["张伟"], INSTEAD)
    assert perf_counter() - began < 2
