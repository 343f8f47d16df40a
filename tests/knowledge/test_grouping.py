"""Questions that ask for the same find each other, others stay apart: measured on questions written by hand."""

import random
from itertools import combinations

import pytest

from bot.knowledge.grouping import SAME, Groups, alike, askable
from tests.knowledge.questions import THINGS

Asked = tuple[int, str]
QUESTIONS: list[Asked] = [(thing, way) for thing, ways in enumerate(THINGS) for way in ways]


def grouped(questions: list[Asked]) -> dict[int, list[Asked]]:
    """The questions in their gaps, as they come in one after the other."""
    groups, gaps = Groups({}), dict[int, list[Asked]]()
    for thing, way in questions:
        gap = groups.gap_of(way) or len(gaps) + 1
        groups.put(gap, way)
        gaps.setdefault(gap, []).append((thing, way))
    return gaps


def found_and_right(gaps: dict[int, list[Asked]]) -> tuple[float, float]:
    """Of the pairs that belong together, how many are; of those that are together, how many belong."""
    together = [one[0] == other[0] for gap in gaps.values() for one, other in combinations(gap, 2)]
    belong = sum(len(ways) * (len(ways) - 1) // 2 for ways in THINGS)
    return sum(together) / belong, sum(together) / len(together)


@pytest.mark.parametrize("seed", range(5))
def test_what_belongs_together_comes_together_in_whatever_order_it_is_asked(seed: int) -> None:
    """Covers U10, K7: 130 questions for 41 things, in three scripts."""
    questions = list(QUESTIONS)
    random.Random(seed).shuffle(questions)
    found, right = found_and_right(grouped(questions))
    assert found >= 0.8
    assert right >= 0.84


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("怎么申请退款", "怎麼申請退款"),
        ("怎么申请退款", "退款怎么申请"),
        ("怎么申请退款", "怎么申请退宽"),
        ("怎么申请退款", "shenqing tuikuan"),
        ("怎么申请退款", "请问一下怎样申请退款呢，谢谢"),
        ("ＶＰＮ连不上", "vpn連不上"),
        ("reset password", "Resetting my pasword"),
        ("change delivery address", "how do I change the delivery adress?"),
    ],
)
def test_the_same_put_in_another_way(one: str, other: str) -> None:
    """Scripts, order of words, slips, pinyin, politeness, width, endings."""
    assert alike(one, other) >= SAME
    assert alike(one, other) == alike(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("打印机卡纸", "打印机缺墨"),
        ("会员积分怎么兑换", "会员积分什么时候过期"),
        ("退款", "退款失败"),
        ("wifi密码是多少", "忘记密码"),
        ("upgrade my plan", "downgrade my plan"),
        ("where is my invoice", "where is my parcel"),
        ("怎么开发票", "量子纠缠"),
        ("", "退款"),
    ],
)
def test_other_things_stay_apart(one: str, other: str) -> None:
    """What they share is not what is asked."""
    assert alike(one, other) < SAME


def test_a_question_joins_the_gap_that_it_is_most_like() -> None:
    """Whatever other gaps there are and in which order they were made."""
    ways = {7: ["打印机卡纸了"], 3: ["打印机脱机"], 5: ["营业时间"]}
    assert Groups(ways).gap_of("打印机卡纸怎么办") == 7
    assert Groups(dict(reversed(ways.items()))).gap_of("打印机卡纸怎么办") == 7
    assert Groups({3: ["打印机脱机"]}).gap_of("打印机卡纸怎么办") == 0


@pytest.mark.parametrize("said", ["", "x", "？", "🙂🙂", "你好", "谢谢！", "ok thanks", "a" * 200])
def test_what_is_no_question_makes_no_gap(said: str) -> None:
    """Greetings, thanks, single letters and whole stories."""
    assert not askable(said)


@pytest.mark.parametrize("said", ["退款", "营业时间？", "VPN 连不上", "2FA"])
def test_a_short_question_is_one(said: str) -> None:
    """Two letters are enough."""
    assert askable(said)
