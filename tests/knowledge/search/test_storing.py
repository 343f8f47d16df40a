"""A stored index is the index, and a damaged file is refused. Covers P15, K7."""

from pathlib import Path

import pytest

from bot.knowledge.search import Document, Index, UnusableIndex, storing
from tests.knowledge.search.articles import ARTICLES, index
from tests.knowledge.search.test_changes import answers


def test_what_is_stored_is_what_is_opened(tmp_path: Path) -> None:
    found = index()
    found.put(Document(50, "发票", "开票。", ("invoice",), "zh-CN", ("财务",), "钱"))
    found.remove(1)
    found.dump(tmp_path / "kb.index")
    for opened in (
        Index.open(tmp_path / "kb.index"),
        Index.open(str(tmp_path / "kb.index")),
        Index.open(found.dumped()),
    ):
        assert answers(opened) == answers(found)
        assert opened.get(50) == found.get(50)
        assert opened.get(1) is None


def test_an_opened_index_can_be_changed_and_stored_over_itself(tmp_path: Path) -> None:
    path = tmp_path / "kb.index"
    index().dump(path)
    opened = Index.open(path)
    opened.put(Document(2, "换货", "联系客服"))
    opened.remove(3)
    opened.dump(path)
    anew = Index.build([one for one in ARTICLES if one.id not in (2, 3)] + [Document(2, "换货", "联系客服")])
    assert answers(opened) == answers(Index.open(path)) == answers(anew)
    assert [one.name for one in tmp_path.iterdir()] == ["kb.index"]


def test_the_same_articles_make_the_same_bytes() -> None:
    assert index().dumped() == Index.build(reversed(ARTICLES)).dumped()


def test_an_empty_index_can_be_stored() -> None:
    opened = Index.open(Index.build([]).dumped())
    assert (len(opened), opened.search("退款").hits) == (0, ())


def damaged() -> list[tuple[str, bytes]]:
    whole = index().dumped()
    version = f'"version": {storing.VERSION}'.encode()
    return [
        ("empty", b""),
        ("another file", b"SQLite format 3\0" * 10),
        ("cut off", whole[:-100]),
        ("cut off in its head", whole[:40]),
        ("longer", whole + bytes(64)),
        ("head changed", whole.replace(version, b'"version": 9', 1)),
    ]


@pytest.mark.parametrize(("what", "data"), damaged(), ids=[what for what, _ in damaged()])
def test_a_damaged_file_is_refused(what: str, data: bytes, tmp_path: Path) -> None:
    (tmp_path / "kb.index").write_bytes(data)
    for source in (data, tmp_path / "kb.index"):
        with pytest.raises(UnusableIndex):
            Index.open(source)


def test_a_file_of_another_version_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = index().dumped()
    monkeypatch.setattr(storing, "VERSION", storing.VERSION + 1)
    with pytest.raises(UnusableIndex, match="version"):
        Index.open(whole)


def test_a_missing_file_is_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Index.open(tmp_path / "none")
