"""Configuration: what wins over what, and what is said about what is wrong."""

import pytest
from chatroom import configuration
from chatroom.configuration import RULES, client_settings, server_settings
from chatroom.toml_file import Unusable, checked


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """An empty current folder, and an empty home."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setattr(configuration, "user_config_path", lambda name: tmp_path)
    return tmp_path


def test_options_win_over_the_file_and_the_file_over_defaults(home):
    (home / "here" / "chatroom.toml").write_text('[server]\nport = 1\ndatabase = "x.db"\n')
    settings = server_settings(["--port", "2"])
    assert (settings.port, settings.database, settings.host) == (2, "x.db", "127.0.0.1")


def test_the_first_file_counts_alone(home):
    (home / "chatroom.toml").write_text('[client]\nname = "zoe"\nport = 1\n')
    assert client_settings([]).name == "zoe"
    (home / "here" / "chatroom.toml").write_text("[client]\nport = 2\n")
    assert client_settings(["--name", "bob"]).port == 2
    assert client_settings([]).name != "zoe"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[server]\n\nprot = 1", 'line 3: there is no key "prot"; allowed are host, port, database, transport'),
        ("[server]\nport = 70000", 'line 2: "port" must be a whole number from 0 to 65535'),
        ("server = { port = true }", 'line 1: "port" must be a whole number from 0 to 65535'),
        ('[server]\nhost = """\nport"""\nport = [\n1]', 'line 4: "port" must be a whole number from 0 to 65535'),
        ("# mine\n[sevrer]\n", 'line 2: there is no table "sevrer"; allowed are server, client'),
        ("[[server]]\n", 'line 1: "server" must be a table, [server]'),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text, sentence):
    with pytest.raises(Unusable) as problem:
        checked(text, "server", RULES)
    assert str(problem.value) == sentence


def test_toml_that_cannot_be_parsed_is_said_with_file_and_line(home):
    (home / "my.toml").write_text("[server]\nport = \nhost = 5\n")
    with pytest.raises(Unusable, match=r"my\.toml, line 2: "):
        server_settings(["--config", str(home / "my.toml")])
