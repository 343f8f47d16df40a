"""Files that were made to do harm: their names, what is in them, and what a browser would make of them.

Covers T8, T10. Nothing of Baton opens, shrinks or unpacks what was sent: a bomb is only bytes here. What browsers may
show, and how the rest is handed out, has its tests in `tests/adapters/web/test_files.py`.
"""

import zlib
from collections.abc import AsyncIterator
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.messages import attachments_of
from adapters.web import limits
from bot.chat.text import clean, file_name
from tests.security.house import CUSTOMER, Guarded, guarded
from tests.security.program import importing

# What reads pictures, archives and documents, and what obeys what it reads.
READERS = {
    *(
        "zipfile",
        "PIL",
        "cv2",
        "wand",
        "imageio",
        "cairosvg",
        "tarfile",
        "gzip",
        "bz2",
        "lzma",
        "shutil.unpack_archive",
    ),
    *("pickle", "marshal", "shelve", "xml", "lxml", "defusedxml", "pypdf", "docx", "openpyxl"),
}
# Its own backups are all that Baton unpacks.
UNPACKS = {"storage/archive.py"}
SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


def bomb() -> bytes:
    """A PNG of 20,000 by 20,000 pixels in few bytes: 1.6 GB for whoever decodes it."""
    header = b"IHDR" + (20_000).to_bytes(4, "big") * 2 + b"\x08\x06\x00\x00\x00"
    chunk = (13).to_bytes(4, "big") + header + zlib.crc32(header).to_bytes(4, "big")
    return b"\x89PNG\r\n\x1a\n" + chunk + b"\x00" * 64


@pytest.fixture
async def house(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Guarded]:
    """Baton at work."""
    async with guarded(sqlite_url, tmp_path) as made:
        yield made


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("../../etc/passwd", ".._.._etc_passwd"),
        ("..\\..\\boot.ini", ".._.._boot.ini"),
        ("C:\\a.txt", "C:_a.txt"),
        ("a\x00.txt", "a.txt"),
        ("a\r\nSet-Cookie: b=c.txt", "a Set-Cookie: b=c.txt"),
        ("\u202efdp.exe", "fdp.exe"),
        ("sale\u202excod.exe", "salexcod.exe"),
        ("setup.exe.", "setup.exe"),
        ("setup.exe . .", "setup.exe"),
        ("..", "file"),
        ("", "file"),
        ("NUL.txt", "_NUL.txt"),
        ("com1", "_com1"),
        ("concert.txt", "concert.txt"),
        ("合同 终稿.pdf", "合同 终稿.pdf"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
    ],
)
def test_a_name_is_only_a_name(written: str, name: str) -> None:
    assert file_name(written) == name


@given(st.text(max_size=400))
def test_no_name_deceives_or_leads_anywhere(written: str) -> None:
    name = file_name(written)
    assert name == clean(name)
    assert name == name.strip()
    assert "\n" not in name
    assert 0 < len(name) <= 201
    assert PurePosixPath(name).name == name
    assert name not in (".", "..")
    assert not PureWindowsPath(name).is_reserved()
    assert file_name(name) == name


def test_slack_s_names_are_no_better() -> None:
    """Whoever uploads to Slack names the file."""
    (file,) = attachments_of({"files": [{"id": "F1", "name": "a\u202egnp.exe\n."}]})
    assert file.name == "agnp.exe"


@pytest.mark.parametrize("name", ["setup.exe", "setup.EXE.", "setup.exe ", "setup.exe . ", "\u200bsetup.ex\u200be"])
async def test_a_refused_kind_is_refused_however_it_is_written(house: Guarded, name: str) -> None:
    answer = await house[CUSTOMER].client.post("/chat/api/files", params={"name": name}, content=b"MZ")
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("name", "data"),
    [("a.svg", SVG), ("a.png", SVG), ("a.html", b"<script>alert(1)</script>"), ("a.png.html", b"GIF89a<script>")],
)
async def test_nothing_that_runs_is_shown(house: Guarded, name: str, data: bytes) -> None:
    """Its content decides what it is; whatever is no picture is saved, in a sandbox, as no type at all."""
    upload = await house[CUSTOMER].client.post("/chat/api/files", params={"name": name}, content=data)
    answer = await house[CUSTOMER].get(f"/chat/files/{upload.json()['file']['ref']}")
    shown = answer.headers["content-type"]
    assert shown in (*limits.PICTURES, "application/octet-stream")
    assert (shown == "application/octet-stream") == answer.headers["content-disposition"].startswith("attachment")
    assert shown != "image/png", "it only claims to be one"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"


@pytest.mark.parametrize("name", ['a"; x="y.png', "a\r\nX-Evil: 1.png", "a;b=c.png", "截图.png"])
async def test_a_name_adds_nothing_to_the_answer_s_head(house: Guarded, name: str) -> None:
    upload = await house[CUSTOMER].client.post("/chat/api/files", params={"name": name}, content=bomb())
    answer = await house[CUSTOMER].get(f"/chat/files/{upload.json()['file']['ref']}")
    disposition = answer.headers["content-disposition"]
    assert disposition.startswith("inline; filename*=UTF-8''")
    assert not set(disposition.removeprefix("inline; filename*=UTF-8''")) & set('"; =\r\n')
    assert "x-evil" not in answer.headers


async def test_a_bomb_is_kept_and_handed_out_as_it_is(house: Guarded) -> None:
    """It goes off at nobody's but, perhaps, a reader's own browser, which has limits of its own."""
    upload = await house[CUSTOMER].client.post("/chat/api/files", params={"name": "a.png"}, content=bomb())
    ref = upload.json()["file"]["ref"]
    await house[CUSTOMER].says(CUSTOMER, "看这个", files=[ref])
    await house.settle()
    assert (await house[CUSTOMER].get(f"/chat/files/{ref}")).content == bomb()


async def test_whoever_uploads_on_and_on_is_told_to_wait(house: Guarded) -> None:
    """Thirty at once, then one in two seconds: nobody fills the disk in passing."""
    post = house[CUSTOMER].client.post
    answers = [await post("/chat/api/files", params={"name": "a.txt"}, content=b"a") for _ in range(31)]
    assert {answer.status_code for answer in answers[:30]} == {200}
    assert (answers[30].status_code, answers[30].headers["retry-after"]) == (429, "2")
    assert answers[30].json()["problem"] == "That was a lot at once. Please wait a moment."
    house.baton.clock.advance(2)
    assert (await post("/chat/api/files", params={"name": "a.txt"}, content=b"a")).status_code == 200


def test_nothing_decodes_or_unpacks_what_was_sent() -> None:
    """No module of the program imports anything that could: what is never opened can't go off."""
    assert importing(*READERS) == UNPACKS
