"""Photos, documents, voices and albums, both ways. Covers B4, B9, T9."""

from pathlib import Path

from bot.tickets.rules import Side
from tests.factories import SLACK_ROOMS, team_file
from tests.fakes.telegram import Chat, Message, User
from tests.telegram.stage import HELP_ROOM, Stage, open_stage, picture, telegram_team

ALBUM = [picture(10), picture(20), picture(30)]


def photos(stage: Stage, where: Chat | User) -> list[Message]:
    """The photos that Baton shows there."""
    return [message for message in stage.telegram.sent(where) if "photo" in message.content]


async def test_files_are_carried_between_slack_and_telegram(tmp_path: Path) -> None:
    """A photo, a document and a voice of the customer stand in the team's thread; the team's file reaches him."""
    async with open_stage(tmp_path, slack=True) as stage:
        assert stage.slack is not None
        room, lin = stage.slack_room()
        stage.slack.channel("C0HELP", members=[lin])
        await stage.play(team_file(tmp_path, **SLACK_ROOMS))
        await stage.say(stage.ann, text="屏幕碎了", photo=ALBUM[0])
        await stage.say(stage.ann, text="发票在这里", document=("发票.pdf", b"%PDF-1.7 invoice"))
        await stage.say(stage.ann, voice=b"OggS a voice")
        card = stage.slack.sent(room)[0]
        files = [file for message in stage.slack.messages(room, card) for file in message.files]
        assert [(file.name, file.content) for file in files] == [
            ("photo.jpg", ALBUM[0]), ("发票.pdf", b"%PDF-1.7 invoice"), ("voice.ogg", b"OggS a voice"),
        ]  # fmt: skip

        attached = [stage.slack.file("说明书.pdf", b"%PDF-1.7 manual", mimetype="application/pdf"),
                    stage.slack.file("screen.png", ALBUM[1], mimetype="image/png"),
                    stage.slack.file("hello.ogg", b"OggS hello", mimetype="audio/ogg")]  # fmt: skip
        await stage.slack.says(lin, room, "回复 请看附件", thread_ts=card, files=attached)
        await stage.settle()
        await stage.later()
        assert stage.sees(stage.ann, "请看附件")
        sent = {kind: stage.telegram.file(m) for m in stage.telegram.sent(stage.ann) for kind in m.content
                if kind in ("document", "photo", "voice")}  # fmt: skip
        assert sent == {"document": b"%PDF-1.7 manual", "photo": ALBUM[1], "voice": b"OggS hello"}


async def test_an_album_is_one_ticket(tmp_path: Path) -> None:
    """Telegram delivers three photos as three messages: they are one message of one ticket."""
    async with open_stage(tmp_path) as stage:
        room, group = stage.team_room(), stage.help_room()
        await stage.play(telegram_team(tmp_path, f'intake = ["telegram:{HELP_ROOM}"]'))
        await stage.say(stage.ann, group, "屏幕碎了", media_group=ALBUM)
        assert [ticket.title for ticket in await stage.tickets()] == ["屏幕碎了"]
        (entry,) = await stage.conversation()
        assert len(entry.files) == 3
        await stage.later(60)
        assert [stage.telegram.file(photo) for photo in photos(stage, room)] == ALBUM


async def test_an_album_without_words_is_one_ticket_too(tmp_path: Path) -> None:
    """Named after its first picture; in a direct message as well."""
    async with open_stage(tmp_path) as stage:
        stage.team_room()
        await stage.play(telegram_team(tmp_path))
        await stage.say(stage.ann, media_group=ALBUM)
        assert [ticket.title for ticket in await stage.tickets()] == ["文件：photo.jpg"]
        (entry,) = await stage.conversation()
        assert len(entry.files) == 3


async def test_a_command_under_an_album_takes_all_of_it(tmp_path: Path) -> None:
    """The words stand under the first photo only; the others belong to it."""
    async with open_stage(tmp_path) as stage:
        stage.team_room()
        group = stage.help_room()
        await stage.play(telegram_team(tmp_path))
        await stage.say(stage.ann, group, "/ticket 屏幕碎了", media_group=ALBUM)
        await stage.later(300)
        await stage.say(stage.bo, group, "@baton_bot ticket Broken screen", media_group=ALBUM[:2])
        assert [ticket.title for ticket in await stage.tickets()] == ["屏幕碎了", "Broken screen"]
        assert len((await stage.conversation(1))[0].files) == 3
        assert len((await stage.conversation(2))[0].files) == 2


async def test_an_album_of_the_team_is_a_reply_as_a_whole_or_a_note_as_a_whole(
    tmp_path: Path, database_url: str
) -> None:
    """No part of a reply stays behind, and no part of a note gets out."""
    async with open_stage(tmp_path, database_url=database_url) as stage:
        room = stage.team_room()
        await stage.play(telegram_team(tmp_path))
        await stage.say(stage.ann, text="屏幕碎了")
        await stage.say(stage.lin, room, "内部照片", media_group=ALBUM[:2], reply_to=stage.card(room))
        await stage.say(stage.lin, room, "回复 请对照", media_group=ALBUM, reply_to=stage.card(room))
        assert photos(stage, stage.ann) == []
        await stage.later()
        assert [stage.telegram.file(photo) for photo in photos(stage, stage.ann)] == ALBUM
        note, reply = (await stage.conversation())[1:]
        assert (note.public, len(note.files)) == (False, 2)
        assert (reply.public, reply.side, len(reply.files)) == (True, Side.TEAM, 3)


async def test_a_reply_that_is_taken_back_takes_its_album_along(tmp_path: Path) -> None:
    """Nothing of it reaches the customer."""
    async with open_stage(tmp_path) as stage:
        room = stage.team_room()
        await stage.play(telegram_team(tmp_path))
        await stage.say(stage.ann, text="屏幕碎了")
        await stage.say(stage.lin, room, "回复 请对照", media_group=ALBUM, reply_to=stage.card(room))
        await stage.press(stage.lin, stage.last(room, "后发给客户"), "撤回")
        await stage.later(60)
        assert photos(stage, stage.ann) == []
        assert not stage.sees(stage.ann, "请对照")


async def test_what_is_too_large_is_said(tmp_path: Path) -> None:
    """The sender hears the limit; his words are taken all the same."""
    async with open_stage(tmp_path) as stage:
        room = stage.team_room()
        await stage.play(telegram_team(tmp_path))
        await stage.say(stage.ann, text="录像", document=("movie.mp4", b"x"), pretend_size=30_000_000)
        assert stage.sees(stage.ann, "“movie.mp4”太大")
        await stage.say(stage.ann, text="请运行", document=("virus.exe", b"MZ"))
        assert stage.sees(stage.ann, "不接受这类文件")
        assert (await stage.ticket()).title == "录像"
        assert stage.sees(room, "请运行")
        assert not any("document" in message.content for message in stage.telegram.sent(room))
