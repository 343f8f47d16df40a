"""Attachments outside the database: in a bucket of any S3-compatible service (or of Google's or Azure's).

The bucket is named by `BATON_FILES_URL` (`s3://bucket/prefix`); credentials, region and endpoint come from the
variables that every tool for it knows (`AWS_ACCESS_KEY_ID` and so on). An object is named by the SHA-256 of its bytes,
so writing it twice changes nothing.
"""

import hashlib
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import obstore
from obstore.exceptions import BaseError
from obstore.store import from_url

from bot.chat.contract import FetchFailed, Problem

PROBE = b"Baton looks whether it may write here."
# A request is tried again for so long at most: less than what an order that carries a file may take.
RETRIED_FOR = timedelta(seconds=30)
REQUEST_WITHIN = timedelta(seconds=20)
# The library reads the process's environment itself; these may stand in `.env` as well.
NOTED = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_REGION", "AWS_ENDPOINT_URL")
# What is not there is told as Python tells it.
_FAILURES = (BaseError, OSError)


class ObjectVault:
    """See `bot.chat.contract.Vault`. Raises ValueError for an address that names no bucket."""

    def __init__(self, url: str, environ: Mapping[str, str]) -> None:
        noted = NOTED if url.startswith("s3:") else ()
        said: Any = {name.lower(): environ[name] for name in noted if environ.get(name)}
        try:
            self._store = from_url(
                url,
                config=said or None,
                client_options={"timeout": REQUEST_WITHIN, "allow_http": True},
                retry_config={"max_retries": 5, "retry_timeout": RETRIED_FOR},
            )
        except BaseError as error:
            raise ValueError(_told(error)) from error

    async def put(self, digest: bytes, data: bytes) -> None:
        """Store the bytes with this SHA-256. Raises `FetchFailed`, never finally."""
        try:
            await obstore.put_async(self._store, _path(digest), data)
        except _FAILURES as error:
            raise FetchFailed(_told(error), final=False) from error

    async def get(self, digest: bytes) -> bytes:
        """The bytes with this SHA-256. Raises `FetchFailed`, finally where the object has others."""
        try:
            found = await obstore.get_async(self._store, _path(digest))
            data = bytes(await found.bytes_async())
        except _FAILURES as error:  # one that is not there may lie in a bucket that was named wrongly: not final
            raise FetchFailed(_told(error), final=False) from error
        if hashlib.sha256(data).digest() != digest:
            raise FetchFailed(f"{_path(digest)} has other bytes than were stored", final=True)
        return data

    async def check(self) -> list[Problem]:
        """Write an object, read it and take it away again; what went wrong."""
        digest = hashlib.sha256(PROBE).digest()
        try:
            await self.put(digest, PROBE)
            await self.get(digest)
            await obstore.delete_async(self._store, _path(digest))
        except (FetchFailed, *_FAILURES) as error:
            return [Problem("check.files_away", (("error", str(error)),))]
        return []


def _path(digest: bytes) -> str:
    name = digest.hex()
    return f"{name[:2]}/{name}"


def _told(error: BaseException) -> str:
    """The first line: the rest tells of the library's inside."""
    return str(error).strip().partition("\n")[0][:300]
