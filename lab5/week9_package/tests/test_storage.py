"""Storage: what was committed is there for whoever opens the file next. Add your own."""

from chatroom.storage import Storage


def test_messages_survive_without_a_close(tmp_path):
    storage = Storage(tmp_path / "chatroom.db")
    first = storage.add("alice", "it's 'quoted'")
    storage.commit()
    assert Storage(tmp_path / "chatroom.db").last(50) == [first]
