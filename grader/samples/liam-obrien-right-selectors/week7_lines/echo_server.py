"""Echo for everybody, with one selector. Nothing is read from somebody who does not take what he has sent."""

import selectors
import signal
import socket
import sys


def main():
    if len(sys.argv) != 3 or not sys.argv[2].isdecimal() or not 0 < int(sys.argv[2]) < 65536:
        print("usage: echo_server.py HOST PORT", file=sys.stderr)
        sys.exit(2)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: sys.exit())
    try:
        listener = socket.create_server((sys.argv[1], int(sys.argv[2])), backlog=256)
    except OSError as error:
        sys.exit(f"cannot listen: {error}")
    selector = selectors.DefaultSelector()
    selector.register(listener, selectors.EVENT_READ)
    while True:
        for key, events in selector.select():
            if key.fileobj is listener:
                sock, _ = listener.accept()
                sock.setblocking(False)
                selector.register(sock, selectors.EVENT_READ, {"out": bytearray(), "over": False})
            else:
                serve(selector, key.fileobj, events, key.data)


def serve(selector, sock, events, state):
    out = state["out"]
    try:
        if events & selectors.EVENT_READ:
            data = sock.recv(65536)
            out += data
            state["over"] = not data
        if out:
            del out[: sock.send(out)]
    except BlockingIOError:
        pass
    except OSError:
        out.clear()
        state["over"] = True
    if state["over"] and not out:
        selector.unregister(sock)
        sock.close()
        return
    reads = not state["over"] and len(out) < 1_000_000
    wanted = selectors.EVENT_READ * reads | selectors.EVENT_WRITE * bool(out)
    selector.modify(sock, wanted, state)


main()
