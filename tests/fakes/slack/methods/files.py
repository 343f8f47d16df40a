"""files.*: the three steps of an upload, and what a file is."""

from tests.fakes.slack.methods.chat import announce, bot_message, content_of, destination, enter_thread
from tests.fakes.slack.model import JSON, File, Refusal, Upload
from tests.fakes.slack.web_api import MethodCall, method
from tests.fakes.slack.workspace import BOT_USER_ID


@method("files.getUploadURLExternal", scope="files:write", tier=4, takes_json=False)
def get_upload_url(call: MethodCall) -> JSON:
    """Step one: a place to send `length` bytes to."""
    name, length = call.required("filename"), call.required("length")
    if not length.isdigit() or int(length) == 0:
        raise Refusal("invalid_arguments", "must be greater than 0 [json-pointer:/length]", fault=True)
    upload = Upload(call.workspace.fresh_id("F"), name, int(length))
    call.workspace.uploads[upload.file_id] = upload
    return {"upload_url": f"{call.workspace.base_url}/upload/v1/{upload.file_id}", "file_id": upload.file_id}


@method("files.completeUploadExternal", scope="files:write", tier=4)
def complete_upload(call: MethodCall) -> JSON:
    """Step three, once per upload: the files exist, and are shared where `channel_id` says."""
    wanted = call.structured("files")
    if not isinstance(wanted, list) or not wanted or not all(isinstance(f, dict) and f.get("id") for f in wanted):
        raise Refusal("invalid_arguments", "missing required field: files", fault=True)
    channel = destination(call, "channel_id") if call.text("channel_id") else None
    kept = [(_finished(call, str(entry["id"])), entry.get("title")) for entry in wanted]
    files = [_stored(call, upload, title) for upload, title in kept]
    answer = [{**call.workspace.file_json(file, full=True), "shares": {}, "channels": []} for file in files]
    if channel is not None:
        comment = call.text("initial_comment")
        content = content_of(_comment(call, comment)) if comment else {}
        message = bot_message(call.workspace, channel.id, content)
        message.files, message.subtype = files, "file_share"
        enter_thread(call, message)
        announce(call, message)
    return {"files": answer}


def _comment(call: MethodCall, comment: str) -> MethodCall:
    return MethodCall(call.fake, call.name, {"text": comment})


def _finished(call: MethodCall, file_id: str) -> Upload:
    upload = call.workspace.uploads.get(file_id)
    if upload is None or upload.content is None:
        raise Refusal("file_not_found", fault=True)
    if upload.completed:
        raise Refusal("file_update_limit_exceeded", fault=True)
    return upload


def _stored(call: MethodCall, upload: Upload, title: str | None) -> File:
    upload.completed = True
    file = call.workspace.fresh_file(upload.name, upload.content or b"", BOT_USER_ID)
    del call.workspace.files[file.id]
    file.id, file.title = upload.file_id, title or upload.name
    call.workspace.files[file.id] = file
    return file


@method("files.info", scope="files:read", tier=4, takes_json=False)
def info(call: MethodCall) -> JSON:
    """Everything about a file, also of one that came with `check_file_info` only."""
    file = call.workspace.files.get(call.required("file"))
    if file is None:
        raise Refusal("file_not_found")
    if file.deleted:
        raise Refusal("file_deleted")
    public: JSON = {}
    for channel, ts in file.shares:
        public.setdefault(channel, []).append({"ts": ts, "reply_count": 0})
    written = call.workspace.file_json(file, full=True) | {"shares": {"public": public}, "channels": list(public)}
    return {"file": written, "comments": [], "response_metadata": {"next_cursor": ""}}


@method("files.delete", scope="files:write", tier=3)
def delete(call: MethodCall) -> JSON:
    """Take an own file away; the messages that share it lose it, and go if there was nothing else on them."""
    file = call.workspace.files.get(call.required("file"))
    if file is None:
        raise Refusal("file_not_found")
    if file.deleted:
        raise Refusal("file_deleted")
    if file.user != BOT_USER_ID:
        raise Refusal("cant_delete_file", fault=True)
    file.deleted = True
    for message in [m for m in call.workspace.all_messages() if file in m.files]:
        message.files.remove(file)
        if not (message.files or message.text or message.blocks):
            call.workspace.remove_message(message)
    return {}
