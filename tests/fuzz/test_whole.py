"""What people type, however odd, is answered by the running program: no dead letter, no fault told, no stuck queue.

Covers T10, W6.
"""

from pathlib import Path

import pytest

from tests.fuzz.commands import CORPUS
from tests.security.house import AGENT, CUSTOMER, guarded

HUGE = "9" * 30
ODD = [
    f"T-{HUGE}",
    f"T-{2**63}",
    f"T-{2**63 - 1}",
    "T-0",
    "T--1",
    f"R-{HUGE}",
    f"K-{HUGE}",
    f"K-{2**63}",
    "T-١",
    "T-１",
    f"show T-{HUGE}",
    f"kb K-{HUGE}",
    f"kb show {HUGE}",
    f"merge T-1 T-{HUGE}",
    "merge T-1 T-1",
    f"due T-1 +{HUGE}d",
    "due T-1 9999-12-31",
    "due T-1 0000-00-00",
    "due T-1 02-30",
    "eta R-1 9999年",
    "rest 99999999h",
    "snooze 999999999d",
    "priority T-1 \u202e",
    "tag T-1 ,,,",
    "assign T-1 @@@@",
    "assign T-1 " + "林" * 300,
    "team T-1 ''",
    "find " + '"' * 50,
    "find %_%",
    "find '; DROP TABLE tickets;--",
    "link 000000",
    f"link {HUGE}",
    "lang xx",
    "lang \x00",
    "board -1",
    "queue ☃",
    "where ../../",
    "why {who}",
    "note T-1 {0}{x!r}",
    "reply T-1 %s%n%d",
    "ticket " + "a" * 5000,
    "ticket \ufffd\ufffe\uffff",
    "ticket 𠮷𩸽👨‍👩‍👧‍👦",
    "report knowledge 9999-99",
    "duty 周九",
    "leave 2026-12-05 2026-12-01",
    "flow none",
    "type T-1 {}",
    "collab 技术 {title} 之后 99999999999999999999",
    "kb new " + "x" * 999,
    "history T-1 -1",
]


@pytest.mark.parametrize("who", [AGENT, CUSTOMER])
async def test_nothing_odd_is_left_unanswered(sqlite_url: str, tmp_path: Path, who: str) -> None:
    """As commands and as messages; the corpus of the fuzzer too."""
    said = ODD + [path.read_bytes().decode("utf-8", "replace") for path in sorted(CORPUS.iterdir())]
    async with guarded(sqlite_url, tmp_path) as house:
        await house[CUSTOMER].says(CUSTOMER, "打印机坏了")
        await house.settle()
        for words in said if who == AGENT else said[::3]:
            word, _, rest = words.partition(" ")
            for answer in (
                await house[who].post("/chat/api/messages", {"room": who, "text": words}),
                await house[who].asks(who, word[:200], rest),
            ):
                assert answer.status_code in (200, 422), (words, answer.text)
        await house.settle()
        assert [row.error for row in await house.baton.read(lambda unit: unit.inbox.dead())] == []
        assert (await house.baton.read(lambda unit: unit.inbox.waiting()))[0] == 0
