"""The leak guard for requests: whatever departments say to each other, none of it ever reaches a customer, and none of
it another department.

Ann reads along in an intake room, Bo in his own conversation with the bot. 客服部, 技术部 and 财务部 do a good many
things at random, each with a secret of its own; then everything that was ever sent to where a customer reads is
searched, and what 财务部 may not know is looked for in its room.
"""

import json
import random
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from tests.collab.stage import House, open_house
from tests.telegram.stage import picture

SECRET, PARTS = "机密", "零件"
INSIDE = ("C-1", "C-2", "技术部", "财务部", "赵磊", "周洁", "协作")

Act = Callable[[House, str], Awaitable[Any]]


async def technician_talks(house: House, secret: str) -> None:
    """In the thread of his request, and thinks better of it."""
    note = await house.tells("zhao", f"{PARTS}{secret}", to=house.request_card(1))
    await house.phone.edits(house.guests["zhao"], note, f"{PARTS}改{secret}")
    await house.settle()


async def technician_sends_a_picture(house: House, secret: str) -> None:
    """With words of his own."""
    await house.tells("sun", f"{PARTS}{secret}", to=house.request_card(1), photo=picture(30))


async def technician_answers_like_an_agent(house: House, secret: str) -> None:
    """The word for answers to customers means nothing in his room."""
    await house.tells("zhao", f"回复 {PARTS}{secret}", to=house.request_card(1))


async def technician_asks_back(house: House, secret: str) -> None:
    """And the agent answers."""
    await house.tells("zhao", f"追问 {secret}", to=house.request_card(1))
    await house.say("lin", house.support, f"C-1 答{secret}", under=house.card())


async def agent_talks(house: House, secret: str) -> None:
    """For whoever was asked."""
    await house.say("lin", house.support, f"内部{secret}", under=house.card())


async def finance_talks(house: House, secret: str) -> None:
    """In its own thread, with a file."""
    file = house.slack.file(f"{secret}.txt", secret.encode(), mimetype="text/plain")
    await house.say("zhou", house.finance, f"账目{secret}", under=house.finance_card(2), files=[file])


async def looked_at_in_public(house: House, secret: str) -> None:
    """Asked for where customers read."""
    for word in ("show C-1", "where T-1", "mine", "queue", "history T-1", "C-1", "C-2 show"):
        await house.mention("lin", house.help, word)


async def customer_tries(house: House, secret: str) -> None:
    """Everything that a customer can ask for about requests."""
    for word in ("show C-1", "accept C-1", "done C-1 x", "where T-1", "collab 技术部 x", "T-1 collab 技术部 x", "C-1"):
        await house.command("ann", None, "/baton", word)


async def time_moves(house: House, secret: str) -> None:
    """Accepted, and another time."""
    await house.tells("zhao", "接受 2h", to=house.request_card(1))
    await house.tells("zhao", "预计 3h", to=house.request_card(1))


ACTS: list[Act] = [
    technician_talks, technician_sends_a_picture, technician_answers_like_an_agent, technician_asks_back, agent_talks,
    finance_talks, looked_at_in_public, customer_tries, time_moves,
]  # fmt: skip


@pytest.mark.parametrize(("seed", "audience"), [(0, "internal"), (1, "public")])
async def test_nothing_that_departments_say_reaches_a_customer(tmp_path: Path, seed: int, audience: str) -> None:
    """Covers G2, U32, T10: not even where the team's plain words go to the customer."""
    chance = random.Random(seed)
    async with open_house(tmp_path, support=f'audience = "{audience}"') as house:
        await house.say("bo", None, "The scanner is dead")
        await house.say("ann", house.help, "打印机坏了")
        await house.press("lin", house.card(1), "领取")
        await house.asks(f"协作 技术部 请检查 {SECRET}问题")
        await house.asks(f"协作 财务部 请退款 {SECRET}金额")
        acts = [act for act in ACTS if audience == "internal" or act is not agent_talks] * 2
        chance.shuffle(acts)
        for step, act in enumerate(acts):
            await act(house, f"{SECRET}{step}号")
            await house.settle()
        await house.tells("zhao", f"完成 {SECRET}结果", to=house.request_card(1))
        await house.say("zhou", house.finance, f"退回 {SECRET}原因", under=house.finance_card(2))
        await house.settle()
        await house.later(30)
        seen = _everything_customers_saw(house)
        assert [line for line in seen.splitlines() if any(word in line for word in (SECRET, PARTS, *INSIDE))] == []
        under = [house.read(message) for message in house.slack.messages(house.finance, house.finance_card(2))]
        assert not any(PARTS in text for text in under)
        assert any(PARTS in text for text in house.thread())


def _everything_customers_saw(house: House) -> str:
    """Markup, fallbacks, names of files and whispers included; a person's own words are his own."""
    parts: list[str] = []
    for who in ("ann", "bo"):
        rooms = [room for room in house.slack.workspace.channels.values() if house[who].id in room.members]
        messages = [message for room in rooms for message in house.slack.sent(room)]
        parts += [_raw(message) for message in messages if message.user != house[who].id]
        home = house.slack.home(house[who])
        parts.append(json.dumps(home.payload if home else "", ensure_ascii=False))
    told = [message for who in ("ann", "bo") for message in house.slack.ephemeral(house[who])]
    return "\n".join([*parts, *(_raw(message) for message in told)])


def _raw(message: Any) -> str:
    files = [file.name for file in message.files]
    return json.dumps([message.text, message.blocks, files, message.metadata], ensure_ascii=False)
