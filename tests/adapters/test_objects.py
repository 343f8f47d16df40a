"""Attachments in a bucket: carried as before, and the database holds none of their bytes. Covers G2, T9.

The service is moto's S3, on loopback.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import httpx
import pytest
from moto.server import ThreadedMotoServer

from adapters.objects import ObjectVault
from bot.chat.contract import FetchFailed
from tests.factories import SLACK_ROOMS, team_file
from tests.telegram.stage import open_stage, picture

BUCKET = "baton-files"
PHOTO = picture(10)
DIGEST = hashlib.sha256(PHOTO).digest()


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Where an S3 service with an empty bucket is; the environment leads there."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    for name, value in {
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
    }.items():
        monkeypatch.setenv(name, value)
    httpx.post(f"http://{host}:{port}/moto-api/reset").raise_for_status()  # what it holds outlives the server
    boto3.client("s3", region_name="us-east-1").create_bucket(Bucket=BUCKET)
    try:
        yield f"s3://{BUCKET}/baton"
    finally:
        server.stop()


def objects() -> list[bytes]:
    """What lies in the bucket."""
    client = boto3.client("s3", region_name="us-east-1")
    listed = client.list_objects_v2(Bucket=BUCKET).get("Contents", [])
    return [client.get_object(Bucket=BUCKET, Key=each["Key"])["Body"].read() for each in listed]


async def test_what_was_stored_comes_back_and_twice_is_once(service: str) -> None:
    vault = ObjectVault(service, {})
    await vault.put(DIGEST, PHOTO)
    await vault.put(DIGEST, PHOTO)
    assert objects() == [PHOTO]
    assert await vault.get(DIGEST) == PHOTO
    assert await vault.check() == []
    assert objects() == [PHOTO]


async def test_what_was_changed_is_gone_and_what_is_not_there_may_come_back(service: str) -> None:
    vault = ObjectVault(service, {})
    with pytest.raises(FetchFailed) as missing:
        await vault.get(DIGEST)
    await vault.put(DIGEST, b"other bytes")
    with pytest.raises(FetchFailed, match="other bytes") as changed:
        await vault.get(DIGEST)
    assert not missing.value.final
    assert changed.value.final


async def test_a_bucket_that_is_not_there_is_found_by_the_check(service: str) -> None:
    (problem,) = await ObjectVault("s3://nobodys-bucket", {}).check()
    assert problem.key == "check.files_away"


def test_credentials_may_stand_in_the_file_of_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    """What `.env` says is not in the process's environment."""
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    noted = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_REGION": "eu-west-1", "OTHER": "c"}
    store: Any = ObjectVault("s3://bucket", noted)._store
    assert "eu-west-1" in repr(store.config)


async def test_a_photo_is_carried_through_the_bucket(service: str, tmp_path: Path) -> None:
    """From Telegram to Slack, twice: stored once, sent from there, and after a restart as well."""
    async with open_stage(tmp_path, slack=True) as stage:
        assert stage.slack is not None
        room, lin = stage.slack_room()
        stage.slack.channel("C0HELP", members=[lin])
        await stage.play(team_file(tmp_path, **SLACK_ROOMS), BATON_FILES_URL=service)
        await stage.say(stage.ann, text="屏幕碎了", photo=PHOTO)
        await stage.restart()
        await stage.say(stage.ann, text="再拍一张", photo=PHOTO)
        card = stage.slack.sent(room)[0]
        files = [file for message in stage.slack.messages(room, card) for file in message.files]
        assert [file.content for file in files] == [PHOTO, PHOTO]
        assert objects() == [PHOTO]
        kept = await stage.baton.read(lambda unit: [(unit.files.content(1), unit.files.outside(1))])
        assert kept == [(None, DIGEST)]


async def test_texts_stay_in_the_database(service: str, tmp_path: Path) -> None:
    """An article may come as a file, and is read in a transaction, which can't wait for a bucket."""
    async with open_stage(tmp_path, slack=True) as stage:
        assert stage.slack is not None
        room, lin = stage.slack_room()
        stage.slack.channel("C0HELP", members=[lin])
        await stage.play(team_file(tmp_path, **SLACK_ROOMS), BATON_FILES_URL=service)
        await stage.say(stage.ann, text="说明在这里", document=("K-3.v5.MD", b"# Refunds"))
        card = stage.slack.sent(room)[0]
        files = [file for message in stage.slack.messages(room, card) for file in message.files]
        assert [file.content for file in files] == [b"# Refunds"]
        assert objects() == []
        content = await stage.baton.read(lambda unit: unit.files.content(1))
        assert content.data == b"# Refunds"


async def test_a_service_that_is_away_delays_and_loses_nothing(service: str, tmp_path: Path) -> None:
    """The photo waits until the bucket answers; words go on meanwhile."""
    async with open_stage(tmp_path, slack=True) as stage:
        assert stage.slack is not None
        room, lin = stage.slack_room()
        stage.slack.channel("C0HELP", members=[lin])
        boto3.client("s3", region_name="us-east-1").delete_bucket(Bucket=BUCKET)
        await stage.play(team_file(tmp_path, **SLACK_ROOMS), BATON_FILES_URL=service)
        await stage.say(stage.ann, text="屏幕碎了", photo=PHOTO)
        card = stage.slack.sent(room)[0]
        assert [file for message in stage.slack.messages(room, card) for file in message.files] == []
        boto3.client("s3", region_name="us-east-1").create_bucket(Bucket=BUCKET)
        await stage.later(60)
        files = [file for message in stage.slack.messages(room, card) for file in message.files]
        assert [file.content for file in files] == [PHOTO]
