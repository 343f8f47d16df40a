"""Attachments: limits are told, only those who may see the message get the file, and a browser runs none of it."""

import io

import pytest
from PIL import Image

from adapters.web import limits
from bot.chat.contract import FetchFailed
from bot.chat.events import Attachment, MessageReceived
from bot.workspace import CONFIG_KEY
from tests.adapters.web.house import Browser, House


def picture() -> bytes:
    """A small PNG."""
    data = io.BytesIO()
    Image.new("RGB", (4, 4), "teal").save(data, "png")
    return data.getvalue()


async def attached(browser: Browser, room: str, name: str, data: bytes) -> str:
    """Upload a file and send it; its reference."""
    ref = (await browser.upload(name, data)).json()["file"]["ref"]
    await browser.say(room, "", files=[ref])
    return str(ref)


async def test_a_file_goes_with_its_message_and_the_bot_can_fetch_it(chat: House) -> None:
    zhang = chat.browser("zhang")
    ref = await attached(zhang, "zhang", "截图 1.png", picture())
    (message,) = await zhang.timeline("zhang")
    assert message["files"] == [
        {"ref": ref, "name": "截图 1.png", "type": "image/png", "size": len(picture()), "picture": True}
    ]
    (event,) = await chat.events()
    assert isinstance(event, MessageReceived)
    assert event.attachments == (Attachment(ref, "截图 1.png", "image/png", len(picture())),)
    assert await chat.adapter.fetch(event.attachments[0]) == picture()


async def test_a_picture_is_shown_and_everything_else_only_saved(chat: House) -> None:
    zhang = chat.browser("zhang")
    shown = await zhang.get(f"/chat/files/{await attached(zhang, 'lobby', 'a.png', picture())}")
    assert (shown.headers["content-type"], shown.headers["content-disposition"][:6]) == ("image/png", "inline")
    for name, data in (
        ("a.html", b"<script>alert(1)</script>"),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
    ):
        saved = await zhang.get(f"/chat/files/{await attached(zhang, 'lobby', name, data)}")
        assert saved.content == data
        assert saved.headers["content-type"] == "application/octet-stream"
        assert saved.headers["content-disposition"].startswith("attachment")
        assert "sandbox" in saved.headers["content-security-policy"]


async def test_a_file_that_only_claims_to_be_a_picture_is_not_shown(chat: House) -> None:
    zhang = chat.browser("zhang")
    ref = await attached(zhang, "lobby", "a.pdf", picture())
    assert (await zhang.get(f"/chat/files/{ref}")).headers["content-type"] == "image/png", "its content decides"
    ref = await attached(zhang, "lobby", "b.bin", b"%PDF-1.7 ...")
    assert (await zhang.get(f"/chat/files/{ref}")).headers["content-disposition"].startswith("attachment")


async def test_only_those_who_see_the_message_get_its_file(chat: House) -> None:
    lin = chat.browser("lin")
    ref = await attached(lin, "support", "内部.txt", b"secret")
    assert (await lin.get(f"/chat/files/{ref}")).content == b"secret"
    assert (await chat.browser("zhang").get(f"/chat/files/{ref}")).status_code == 404
    assert (await chat.browser("root").get(f"/chat/files/{ref}")).status_code == 200


async def test_the_file_of_a_deleted_message_is_gone(chat: House) -> None:
    lin = chat.browser("lin")
    ref = await attached(lin, "support", "误发.txt", b"oops")
    (message,) = await lin.timeline("support")
    await lin.post(f"/chat/api/messages/{message['id']}/remove")
    assert (await lin.get(f"/chat/files/{ref}")).status_code == 404


async def test_an_upload_that_was_not_sent_is_its_owners(chat: House) -> None:
    zhang, emma = chat.browser("zhang"), chat.browser("emma")
    ref = (await zhang.upload("a.txt", b"a")).json()["file"]["ref"]
    assert (await zhang.get(f"/chat/files/{ref}")).status_code == 200
    assert (await emma.get(f"/chat/files/{ref}")).status_code == 404
    stolen = await emma.post("/chat/api/messages", {"room": "lobby", "text": "", "files": [ref]})
    assert stolen.status_code == 404


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("setup.EXE", b"MZ", "Files like setup.EXE are not accepted. Put it into an archive if it is needed."),
        ("empty.txt", b"", "empty.txt is empty."),
        ("big.bin", b"x" * 2_500_000, "big.bin has 2.5 MB; files may have up to 2.0 MB."),
    ],
)
async def test_what_is_not_accepted_is_said(chat: House, name: str, data: bytes, sentence: str) -> None:
    await chat.database.write(lambda unit: unit.keys.put(CONFIG_KEY, {"file_limit": 2_000_000}))
    response = await chat.browser("zhang").upload(name, data)
    assert (response.status_code, response.json()["problem"]) == (422, sentence)
    assert (await chat.browser("zhang").state())["limits"]["file"] == 2_000_000


async def test_a_file_too_large_is_refused_before_it_is_kept(chat: House) -> None:
    response = await chat.browser("zhang").upload("film.mp4", b"x" * (limits.FILE + 1))
    assert response.status_code == 413


async def test_a_name_leads_to_no_folder(chat: House) -> None:
    response = await chat.browser("zhang").upload("../../etc/passwd", b"x")
    assert response.json()["file"]["name"] == ".._.._etc_passwd"


async def test_eleven_files_are_too_many(chat: House) -> None:
    response = await chat.browser("zhang").post("/chat/api/messages", {"room": "zhang", "files": ["x"] * 11})
    assert response.json()["problem"] == "At most 10 files fit into one message."


async def test_a_file_that_is_not_there_can_never_be_fetched(chat: House) -> None:
    with pytest.raises(FetchFailed) as failure:
        await chat.adapter.fetch(Attachment("nothing", "a"))
    assert failure.value.final
