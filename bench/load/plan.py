"""Who says what in a rush, decided beforehand from a seed, so that every process knows the whole of it.

A conversation is a customer's question and all that follows from it: what he adds, who takes it, notes, answers, a
request to another department, questions to the knowledge base, what becomes of it. Each thing said bears a number in
its words (`m00000042z`), by which it is found again on the platforms and in the database.
"""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

TEAMS, AGENTS = 40, 300
AT_ONCE = 200
CALM = 0.1
"""Of the conversations; as many come after the rush as before it."""

CALM_AT_MOST = 150

_NUMBERED = re.compile(r"m(\d{8})z")
_QUESTIONS = (
    "打印机还是卡纸，重启过两次了，灯一直闪橙色",
    "订单到现在还没有发货，物流信息三天没有更新了",
    "The invoice for my order still shows the old address, can you have a look?",
    "充值没有到账，已经扣款了，麻烦查一下",
    "登录一直提示验证码错误，換了手機也不行",
    "优惠券明明没过期，结算的时候却用不了",
)
_MORE = (
    "好的，我下午三点以后在办公室，麻烦你们来看一下",
    "这是第二次了，上周也是这样，急用 🙏",
    "截图里能看到时间，应该不是网络的问题",
    "Any news on this?",
)
_SEARCHED = ("打印机卡纸怎么办", "change the invoice address", "验证码收不到", "优惠券不能用")


class Kind(StrEnum):
    """What somebody does."""

    ASK = "ask"
    ADD = "add"
    TAKE = "take"
    NOTE = "note"
    REPLY = "reply"
    COLLAB = "collab"
    ACCEPT = "accept"
    DONE = "done"
    SEARCH = "search"
    WAIT = "wait"
    SOLVE = "solve"


@dataclass(frozen=True, slots=True)
class Act:
    """One message of a person. `agent` is who acts, None the customer; `pause` what goes before it, 1 on average."""

    number: int
    kind: Kind
    agent: int | None
    pause: float

    @property
    def mark(self) -> str:
        """By which its words are known."""
        return f"m{self.number:08d}z"

    @property
    def by_customer(self) -> bool:
        """Whether the customer does it, where he writes."""
        return self.agent is None


@dataclass(frozen=True, slots=True)
class Conversation:
    """One customer with one question for one team; `other` is the team that may be asked to help."""

    number: int
    team: int
    other: int
    telegram: bool
    acts: list[Act] = field(default_factory=list)

    @property
    def asked(self) -> Act:
        """With what it begins."""
        return self.acts[0]

    def of(self, kind: Kind) -> list[Act]:
        """All acts of a kind."""
        return [act for act in self.acts if act.kind is kind]


def conversations(messages: int, seed: int, *, telegram: float = 0.2) -> list[Conversation]:
    """As many as have about so many messages together; `telegram` is the share of those who write from there."""
    chance, said = random.Random(seed), 0
    found: list[Conversation] = []
    while said < messages:
        found.append(_conversation(chance, len(found), said, telegram))
        said += len(found[-1].acts)
    return found


def _conversation(chance: random.Random, number: int, said: int, telegram: float) -> Conversation:
    from_there = chance.random() < telegram
    team = 0 if from_there else chance.randrange(TEAMS)
    other = (team + chance.randrange(1, TEAMS)) % TEAMS
    made = Conversation(number, team, other, from_there)
    agent = chance.choice(agents_of(team))
    for kind in _course(chance):
        who = {Kind.ASK: None, Kind.ADD: None}.get(kind, agent)
        if kind in (Kind.ACCEPT, Kind.DONE):
            who = chance.choice(agents_of(other))
        made.acts.append(Act(said + len(made.acts) + 1, kind, who, chance.expovariate(1)))
    return made


def _course(chance: random.Random) -> Iterator[Kind]:
    """What happens: about ten messages, half of them the customer's."""
    yield Kind.ASK
    yield from [Kind.ADD] * chance.choice((0, 1, 1, 2))
    yield Kind.TAKE
    middle = [Kind.NOTE] * chance.choice((0, 1, 1, 2)) + [Kind.ADD] * chance.choice((1, 2, 3))
    middle += [Kind.REPLY] * chance.choice((1, 1, 2)) + [Kind.SEARCH] * (chance.random() < 0.2)
    middle += [Kind.WAIT] * (chance.random() < 0.2)
    chance.shuffle(middle)
    yield from middle
    if chance.random() < 0.15:
        yield from (Kind.COLLAB, Kind.ACCEPT, Kind.DONE)
    yield Kind.REPLY
    if chance.random() < 0.9:
        yield Kind.SOLVE


def agents_of(team: int) -> range:
    """The numbers of a team's people: 300 in 40 teams are seven or eight in each."""
    return range(team * AGENTS // TEAMS, (team + 1) * AGENTS // TEAMS)


def words(act: Act, conversation: Conversation) -> str:
    """What is written; the bot's mention or the like is the platform's to put before it."""
    if act.kind is Kind.ASK:
        return f"{_QUESTIONS[act.number % len(_QUESTIONS)]} {act.mark}"
    texts = {
        Kind.ADD: f"{_MORE[act.number % len(_MORE)]} {act.mark}",
        Kind.TAKE: "take",
        Kind.NOTE: f"客户很着急，先看日志 {act.mark}",
        Kind.REPLY: f"reply 您好，请更新到最新版本再试一次 {act.mark}",
        Kind.COLLAB: f"协作 {team_key(conversation.other)} 请帮忙看一下 {act.mark}",
        Kind.ACCEPT: "接受 2h",
        Kind.DONE: "完成 已修复，请客户再试",
        Kind.SEARCH: f"kb {_SEARCHED[act.number % len(_SEARCHED)]}",
        Kind.WAIT: "status pending",
        Kind.SOLVE: "solve",
    }
    return texts[act.kind]


def marks(text: str) -> list[int]:
    """The numbers of what is quoted in a text."""
    return [int(number) for number in _NUMBERED.findall(text)]


def team_key(team: int) -> str:
    """As the team file and people name it."""
    return f"team{team + 1:02d}"
