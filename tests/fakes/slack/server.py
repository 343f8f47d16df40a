"""The server: one loopback port for the Web API, uploads, downloads, response URLs and websockets."""

from types import TracebackType
from typing import Any, Self

import aiohttp
from aiohttp import web

import tests.fakes.slack.methods  # noqa: F401 - registers the Web API
from tests.fakes.slack import response_urls, web_api
from tests.fakes.slack.controls import Controls

SIGN_IN_PAGE = "<!DOCTYPE html><html><head><title>Sign in to Aurora | Slack</title></head><body>Sign in</body></html>"


class SlackFake(Controls):
    """A Slack workspace on loopback: `async with SlackFake() as fake`. See the package's docstring."""

    def __init__(self, **options: Any) -> None:
        """Options are those of `Core`: clock, scopes, events, manifest, enforce_limits, echo, ack_timeout, ..."""
        super().__init__(**options)
        self._runner: web.AppRunner | None = None

    @property
    def api_url(self) -> str:
        """The value for SLACK_API_URL and for a client's `base_url`."""
        return f"{self.workspace.base_url}/api/"

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession()
        application = web.Application(client_max_size=1 << 30)
        application.add_routes(
            [
                web.route("*", "/api/{method}", self._web_api),
                web.get("/link/", self.socket.accept),
                web.post("/upload/v1/{file}", self._upload),
                web.get("/files-pri/{id}/{name}", self._download),
                web.get("/files-pri/{id}/download/{name}", self._download),
                web.post("/actions/{team}/{id}", self._response_url),
            ]
        )
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = self._runner.addresses[0][1]
        self.workspace.base_url = f"http://127.0.0.1:{port}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.faults.clear()
        for task in list(self._background):
            task.cancel()
        await self.socket.close()
        if self._session is not None:
            await self._session.close()
        if self._runner is not None:
            await self._runner.cleanup()

    async def _web_api(self, request: web.Request) -> web.StreamResponse:
        return await web_api.handle(self, request)

    async def _response_url(self, request: web.Request) -> web.Response:
        return await response_urls.handle(self, request)

    async def _upload(self, request: web.Request) -> web.Response:
        """Step two of an upload: the bytes, raw or as one part of a multipart form."""
        upload = self.workspace.uploads.get(request.match_info["file"])
        if upload is None or upload.completed:
            return web.Response(status=404, text="not found")
        content = await self._uploaded(request)
        if len(content) != upload.length:
            self.violate("upload", "length_mismatch", f"promised {upload.length} bytes, sent {len(content)}")
            return web.Response(status=400, text="length mismatch")
        upload.content = content
        return web.Response(text=f"OK - {len(content)}")

    @staticmethod
    async def _uploaded(request: web.Request) -> bytes:
        if not request.content_type.startswith("multipart/"):
            return await request.read()
        parts = [part for part in (await request.post()).values() if isinstance(part, web.FileField)]
        return parts[0].file.read() if parts else b""

    async def _download(self, request: web.Request) -> web.Response:
        """A file's bytes for the bot's token; without it a sign-in page, and that with 200."""
        file = self.workspace.files.get(request.match_info["id"].rpartition("-")[2])
        authorized = request.headers.get("Authorization") == f"Bearer {self.bot_token}" and "files:read" in self.scopes
        if not authorized:
            return web.Response(text=SIGN_IN_PAGE, content_type="text/html")
        if file is None or file.deleted:
            return web.Response(status=404, text="not found")
        return web.Response(body=file.content, headers={"Content-Type": file.mimetype})
