"""Week 9's peers over ZeroMQ, against the real one."""

from contextlib import ExitStack

import pytest

from grader.check import Unmet
from grader.patience import Patience
from grader.peers.frames.client import FrameClient
from grader.peers.frames.server import FrameServer
from grader.peers.frames.zmq import ZmqClient, ZmqPort
from grader.reference.frame_chat import FrameChat
from tests.frames_desk import FOLDER, workspace_with

pytest.importorskip("zmq")
GENEROUS = 10  # seconds until a test gives up
SERVER = """\
import site; site.main()
import zmq
router = zmq.Context().socket(zmq.ROUTER)
router.bind("tcp://127.0.0.1:" + sys.argv[2])
print("chatroom-server listens on 127.0.0.1 port " + sys.argv[2], flush=True)
while True:
    who, payload = router.recv_multipart()
    said = json.loads(payload)
    if said["type"] == "hello":
        answer = dict(type="welcome", name=said["name"], users=[said["name"]], history=[])
        router.send_multipart([who, json.dumps(answer).encode()] + [b""] * (said["name"] == "twice"))
"""
CLIENT = """\
import site; site.main()
import zmq
dealer = zmq.Context().socket(zmq.DEALER)
dealer.connect("tcp://127.0.0.1:" + sys.argv[3])
dealer.send(json.dumps(dict(type="hello", name="alice")).encode())
print(dealer.recv().decode(), flush=True)
dealer.send_multipart([b"{}"] * 2)
dealer.recv()
"""


@pytest.fixture
def patience():
    """More than any program here needs."""
    return Patience(answer=GENEROUS, silent=GENEROUS)


def test_a_server_is_talked_to_by_dealers(tmp_path, patience):
    with ExitStack() as kept:
        workspace = kept.enter_context(workspace_with(tmp_path, server=SERVER))
        server = kept.enter_context(FrameServer(FOLDER).meet(workspace, patience))
        server.starts_as(ZmqClient)
        server.connect("alice").enters()
        assert server.steps[-1] == ('alice < {"type": "welcome", "name": "alice", "users": ["alice"], "history": []}')
        with pytest.raises(Unmet) as unmet:
            server.connect("twice").enters()
        assert unmet.value.came == "a message of 2 parts came, not of one"


def test_a_client_is_talked_to_by_a_router(tmp_path, patience):
    with ExitStack() as kept:
        workspace = kept.enter_context(workspace_with(tmp_path, client=CLIENT))
        client = kept.enter_context(FrameClient(FOLDER, FrameChat).meet(workspace, patience))
        server = client.joins("bob", over=ZmqPort)
        client.lists('"users":["alice","bob"]')
        with pytest.raises(Unmet) as unmet:
            server.hears(type="bye")
        assert unmet.value.came == "a message of 2 parts came, not of one"
