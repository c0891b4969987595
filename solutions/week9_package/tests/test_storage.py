"""Storage: what was committed is there for whoever opens the file next."""

import pytest
from chatroom.storage import Storage, Unstored


def test_messages_survive_without_a_close(tmp_path):
    storage = Storage(tmp_path / "chatroom.db")
    first = storage.add("alice", "it's \0 'quoted'")
    storage.commit()
    assert Storage(tmp_path / "chatroom.db").last(50) == [first]


def test_the_newest_come_oldest_first_and_ids_go_on(tmp_path):
    for number in range(3):
        storage = Storage(tmp_path / "chatroom.db")
        storage.add("alice", str(number))
        storage.commit()
        storage.close()
    assert [(message["id"], message["text"]) for message in Storage(tmp_path / "chatroom.db").last(2)] == [
        (2, "1"),
        (3, "2"),
    ]


def test_a_file_that_is_no_database_is_refused_in_a_sentence(tmp_path):
    (tmp_path / "chatroom.db").write_text("to do: buy milk, and then some more of it")
    with pytest.raises(Unstored, match="cannot use the database"):
        Storage(tmp_path / "chatroom.db")
