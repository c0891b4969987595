"""Real IRC clients, which have never heard of us, at the solution of week 8 and at the lab's own server."""

import shutil
from pathlib import Path

import pytest

from tests.irc_people import Bob, Screen, running, serving, until

FIFO = [found for place in ("lib*", "lib*/*") for found in Path("/usr").glob(f"{place}/weechat/plugins/fifo.so")]
EMOJI = "caf\u00e9 \U0001f600 \u65e5\u672c\u8a9e"


def needs(program, package):
    """Leaves a test out where there is no such client."""
    missing = shutil.which(program) is None
    return pytest.mark.skipif(missing, reason=f"{program} is not on this machine: apt-get install {package}")


@pytest.fixture(params=["solution", "reference"])
def port(request):
    """Where a server listens."""
    with serving(request.param) as port:
        yield port


@pytest.fixture
def bob(port):
    """Is in the channel, as its operator."""
    with Bob(port, "#lab5") as bob:
        yield bob


@pytest.fixture
def irssi(port, tmp_path):
    """alice at her terminal."""
    command = ["irssi", f"--home={tmp_path}/irssi", "-c", "localhost", "-p", str(port), "-n", "alice"]
    with Screen(command, tmp_path) as irssi:
        irssi.shows("Mode change [+i] for user alice")  # irssi has set it, when it was welcome
        yield irssi


@needs("irssi", "irssi")
def test_irssi_joins_and_talks(bob, irssi):
    irssi.types("/join #lab5")
    bob.sees("alice!")
    irssi.shows("#lab5")
    irssi.types(f"hello {EMOJI}")
    assert bob.sees("PRIVMSG #lab5").endswith(f":hello {EMOJI}")
    bob.says(f"PRIVMSG #lab5 :good morning {EMOJI}")
    irssi.shows("good morning caf\u00e9")


@needs("irssi", "irssi")
def test_irssi_sees_what_happens(bob, irssi):
    irssi.types("/join #lab5")
    bob.sees("JOIN")
    bob.says("TOPIC #lab5 :what we do here", "MODE #lab5 +o alice", "NICK robert")
    irssi.shows("what we do here")
    irssi.shows("mode/#lab5 [+o alice]")
    irssi.shows("robert")
    irssi.types("/topic something else")
    bob.sees("TOPIC #lab5 :something else")
    irssi.types("/kick robert enough")
    bob.sees("KICK #lab5 robert")


@needs("irssi", "irssi")
def test_irssi_whispers_and_leaves(bob, irssi):
    irssi.types("/join #lab5")
    bob.sees("JOIN")
    irssi.types("/msg bob between you and me")
    bob.sees("PRIVMSG bob :between you and me")
    irssi.types("/quit good night")
    assert "good night" in bob.sees(" QUIT ")
    irssi.has_ended()


@needs("irssi", "irssi")
def test_irssi_sends_what_is_too_long_for_a_line(bob, irssi):
    irssi.types("/join #lab5")
    bob.sees("JOIN")
    irssi.types("word " * 150 + "end of it")
    first = bob.sees("PRIVMSG #lab5 :word word")
    assert len(first.encode()) <= 510
    assert bob.sees("end of it").split(" :")[1].startswith("word ")


@needs("weechat-headless", "weechat-headless")
@pytest.mark.skipif(not FIFO, reason="weechat has no fifo on this machine: apt-get install weechat-plugins")
def test_weechat_joins_talks_and_leaves(port, bob, tmp_path):
    commands = [
        f"/server add lab5 localhost/{port} -notls -nicks=carol -autojoin=#lab5",
        f"/set fifo.file.path {tmp_path}/pipe",
        "/fifo enable",
        "/connect lab5",
    ]
    words = ["weechat-headless", "--dir", f"{tmp_path}/weechat", *(part for each in commands for part in ("-r", each))]
    with running(*words, home=tmp_path) as weechat:
        bob.sees("carol!")
        pipe = tmp_path / "pipe"
        until(pipe.exists, "the pipe of weechat")
        bob.says("PRIVMSG carol :\x01PING 1\x01")
        bob.sees("\x01PING 1\x01")  # by now she knows that she has joined
        pipe.write_text(f"irc.lab5.#lab5 *hello {EMOJI}\nirc.lab5.#lab5 */me waves\n")
        assert bob.sees("PRIVMSG #lab5").endswith(f":hello {EMOJI}")
        assert bob.sees("ACTION").endswith(":\x01ACTION waves\x01")
        bob.says("MODE #lab5 +o carol", "PRIVMSG #lab5 :now you may")
        pipe.write_text("irc.lab5.#lab5 */topic hers\nirc.lab5.#lab5 */kick bob enough\n")
        bob.sees("KICK #lab5 bob")
        pipe.write_text("core.weechat */quit\n")
        weechat.wait(20)


@needs("ii", "ii")
def test_ii_joins_talks_and_leaves(port, bob, tmp_path):
    with running("ii", "-s", "localhost", "-p", str(port), "-n", "dan", "-i", str(tmp_path), home=tmp_path) as ii:
        server, channel = tmp_path / "localhost", tmp_path / "localhost" / "#lab5"
        until((server / "out").exists, "the files of ii")
        until(lambda: "001" in (server / "out").read_text() or "elcome" in (server / "out").read_text(), "the welcome")
        (server / "in").write_text("/j #lab5\n")
        bob.sees("dan!")
        until((channel / "in").exists, "the files of the channel")
        (channel / "in").write_text(f"hello {EMOJI}\n")
        assert bob.sees("PRIVMSG #lab5").endswith(f":hello {EMOJI}")
        bob.says(f"PRIVMSG #lab5 :good morning {EMOJI}")
        until(lambda: f"<bob> good morning {EMOJI}" in (channel / "out").read_text(), "what bob says")
        (server / "in").write_text("/q good night\n")
        bob.sees(" QUIT ")
        ii.wait(20)
