"""Attachments. Equal contents are stored once."""

from sqlalchemy import Column, ForeignKey, Index, LargeBinary, Table

from storage.tables.metadata import flag, instant, metadata, number, payload, serial, words

contents = Table(
    "contents",
    metadata,
    Column("digest", LargeBinary(), primary_key=True),  # SHA-256
    payload("data"),  # empty where they lie in a bucket
    flag("outside"),
    info={"large": True},  # rows that are handled one by one
)

files = Table(
    "files",
    metadata,
    serial(),
    words("platform"),
    words("ref"),
    payload("ref_digest"),  # what is unique: a reference may be longer than an index entry
    words("name"),
    words("media_type"),
    number("size"),
    words("state"),
    instant("added_at"),
    Column("content", LargeBinary(), ForeignKey("contents.digest"), nullable=True),
)
Index("uq_files_ref", files.c.platform, files.c.ref_digest, unique=True)
Index("ix_files_content", files.c.content)
