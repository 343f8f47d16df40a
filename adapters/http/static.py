"""Pages and their files: templates, styles, scripts and pictures of an adapter's package, read once at the start."""

import hashlib
import mimetypes
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file's bytes; `tag` changes with them."""

    data: bytes
    media_type: str
    tag: str


def static_files(prefix: str, package: str) -> APIRouter:
    """The files in the folder `static` of `package`, under `prefix`; browsers keep them and ask for changes."""
    router = APIRouter()
    known = _read(package)

    @router.get(prefix + "/{name}")
    async def static(request: Request, name: str) -> Response:
        file = known.get(name)
        if file is None:
            return Response(status_code=404)
        headers = {"etag": file.tag, "cache-control": "no-cache"}
        if request.headers.get("if-none-match") == file.tag:
            return Response(status_code=304, headers=headers)
        return Response(file.data, media_type=file.media_type, headers=headers)

    return router


def _read(package: str) -> dict[str, StaticFile]:
    found = {}
    for entry in files(package).joinpath("static").iterdir():
        if entry.is_file():
            data = entry.read_bytes()
            kind = "text/javascript" if entry.name.endswith(".js") else mimetypes.guess_type(entry.name)[0]
            tag = f'"{hashlib.sha256(data).hexdigest()[:20]}"'
            found[entry.name] = StaticFile(data, kind or "application/octet-stream", tag)
    return found


@cache
def _templates(package: str) -> Environment:
    return Environment(
        loader=PackageLoader(package), autoescape=select_autoescape(), undefined=StrictUndefined, trim_blocks=True
    )


def page(package: str, template: str, **values: Any) -> HTMLResponse:
    """A page from the folder `templates` of `package`; every value is escaped, nothing is kept by browsers."""
    html = _templates(package).get_template(template).render(values)
    return HTMLResponse(html, headers={"cache-control": "no-store"})
