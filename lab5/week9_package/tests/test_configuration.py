"""Configuration: what wins over what, and what is said about what is wrong. Add your own."""

from chatroom.configuration import server_settings


def test_options_win_over_the_file_and_the_file_over_defaults(tmp_path):
    (tmp_path / "my.toml").write_text('[server]\nport = 1\ndatabase = "x.db"\n')
    settings = server_settings(["--config", str(tmp_path / "my.toml"), "--port", "2"])
    assert (settings.port, settings.database, settings.host) == (2, "x.db", "127.0.0.1")
