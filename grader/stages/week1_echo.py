"""Week 1: echo server (TCP)."""

from signal import SIGINT, SIGTERM

from grader.check import check
from grader.peers.tcp_server import TcpServer

HELLO = b"Hello server!"
EVERY_BYTE = bytes(range(256))
KIBIBYTE = "".join(f"line {number:04} of 64\n" for number in range(1, 65)).encode()  # 64 lines of 16 bytes

server = TcpServer("server.py", one_client=True)


@check(
    points=10,
    teaches="A server binds a socket to an address, listens there, and accepts who comes.",
    hint="socket(), bind((host, port)), listen(), accept(), in this order, with the HOST and PORT of sys.argv.",
)
def listens_on_the_host_and_port_given(server):
    """`python lab5/server.py HOST PORT` waits for a client on that host and port."""
    server.connect("alice")


@check(
    continues=listens_on_the_host_and_port_given,
    points=12,
    teaches="recv() gives the bytes that have come; sendall() sends all of what it is given.",
    hint="data = connection.recv(1024), then connection.sendall(data): on the socket that accept() returned.",
)
def echoes_hello_server(server):
    """What a client sends comes back to it."""
    alice = server.client("alice")
    alice.sends(HELLO)
    alice.receives(HELLO)


@check(
    continues=echoes_hello_server,
    points=5,
    teaches="The other side learns that all has been said when the connection is closed.",
    hint="close the socket that accept() returned after one echo; a `with` block does it. No loop around recv().",
)
def closes_the_connection_after_the_echo(server):
    """After the echo of one message the server closes the connection; it does not wait for another."""
    server.client("alice").sees_the_end(probe=HELLO)


@check(
    continues=closes_the_connection_after_the_echo,
    points=7,
    teaches="Clients queue up behind listen(); each accept() takes one of them.",
    hint="call accept() once, outside of any loop, and start no thread for more clients.",
)
def serves_no_second_client(server):
    """The server is there for one client: who comes later is not served."""
    bob = server.knocks("bob")
    bob.sends(HELLO)
    server.client("alice").leaves()
    bob.is_not_answered()


@check(
    continues=serves_no_second_client,
    points=7,
    teaches="A program ends when its last statement, and its last thread, has ended.",
    hint="after the echo let the program run to its end: no loop, no input(), no waiting thread.",
)
def quits_after_one_client(server):
    """When its one client has been served, the program ends."""
    server.ends()


@check(
    continues=quits_after_one_client,
    points=5,
    teaches="The exit status tells who started a program whether all went well: 0 means yes.",
    hint="let the program end by itself, or with sys.exit(0); an exception that nobody catches makes it 1.",
)
def quits_with_status_0(server):
    """After a conversation without trouble the exit status is 0."""
    server.ends_with(status=0)


@check(
    continues=closes_the_connection_after_the_echo,
    points=3,
    teaches="An echo adds nothing: TCP hands over every byte that you send, a newline too.",
    hint="send back exactly what recv() returned, once.",
)
def sends_back_nothing_else(server):
    """The echo is all that the client gets: not one byte more."""
    server.client("alice").received_nothing_more()


@check(
    after=quits_after_one_client,
    points=8,
    teaches="Who closes first keeps the connection in TIME_WAIT; SO_REUSEADDR lets bind() have the port all the same.",
    hint="before bind(): listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)",
)
def frees_the_port_for_the_next_run(server):
    """As soon as the server has quit, it can be started again on the same port."""
    alice = server.connect("alice")
    alice.sends(HELLO)
    alice.receives(HELLO)
    alice.sees_the_end()
    alice.leaves()
    server.ends()
    server.starts_again()


@check(
    after=echoes_hello_server,
    points=5,
    teaches="recv() returns as soon as there is anything, be it one byte.",
    hint="one recv(1024) is enough: don't wait for more, and don't strip() what has come.",
)
def echoes_one_byte(server):
    """The shortest message is one byte, here a newline, and comes back as it is."""
    alice = server.connect("alice")
    alice.sends(b"\n")
    alice.receives(b"\n")


@check(
    after=echoes_hello_server,
    points=8,
    teaches="recv(n) returns at most n bytes: n is the longest message that one call can take.",
    hint="recv(1024), and sendall() instead of send().",
)
def echoes_1024_bytes(server):
    """The longest message, 1,024 bytes, comes back whole."""
    alice = server.connect("alice")
    alice.sends(KIBIBYTE)
    alice.receives(KIBIBYTE)


@check(
    after=echoes_hello_server,
    points=10,
    teaches="TCP carries bytes, not text.",
    hint="send back the bytes object that you received; don't decode, encode, strip or compare it.",
)
def echoes_every_byte_value(server):
    """Whatever bytes arrive come back unchanged, text or not."""
    alice = server.connect("alice")
    alice.sends(EVERY_BYTE)
    alice.receives(EVERY_BYTE)


@check(
    after=listens_on_the_host_and_port_given,
    points=5,
    teaches="An empty recv() means that the other side has closed; it is not a message.",
    hint='when recv() returns b"", close the connection and go on: to the end, with status 0, or to the next client.',
)
def survives_a_client_that_says_nothing(server):
    """A client that leaves without a word makes the server neither crash nor hang: it quits with status 0, or serves
    the next client."""
    server.connect("alice").leaves()
    bob = server.knocks("bob")
    bob.sends(HELLO)
    if not bob.is_answered(HELLO):
        server.ends_with(status=0)


@check(
    after=listens_on_the_host_and_port_given,
    points=4,
    teaches="One port of an address belongs to one program; bind() raises OSError for the second.",
    hint='try: listener.bind(...) except OSError as error: sys.exit(f"cannot listen on port {port}: {error}")',
)
def says_so_when_the_port_is_in_use(server):
    """When the port is taken, the program says so in a sentence and ends with a status that is not 0."""
    with server.on_a_taken_port() as run:
        run.explains_itself()


@check(
    after=listens_on_the_host_and_port_given,
    points=3,
    teaches="A program checks what it is given before it uses it; status 2 stands for wrong usage.",
    hint="if len(sys.argv) != 3: print('usage: ...', file=sys.stderr), sys.exit(2); or let argparse do it.",
)
def wants_a_host_and_a_port(server):
    """Without HOST or PORT it prints a usage line on standard error and ends with status 2."""
    for words in ((), ("localhost",)):
        server.given(*words).shows_usage()


@check(
    after=listens_on_the_host_and_port_given,
    points=3,
    teaches="A port is a number of 16 bits; 0 is no port that a client could ask for.",
    hint="int() raises ValueError for text; then look whether 1 <= port <= 65535.",
)
def wants_a_port_from_1_to_65535(server):
    """A PORT that is text, 0 or 70000 gets a usage line on standard error and status 2."""
    for port in ("eight", "0", "70000"):
        server.given("localhost", port).shows_usage()


@check(
    after=listens_on_the_host_and_port_given,
    points=2,
    teaches="Ctrl-C sends SIGINT, which Python turns into KeyboardInterrupt; `kill` sends SIGTERM.",
    hint="don't catch KeyboardInterrupt and go on, and don't ignore signals.",
)
def stops_on_ctrl_c(server):
    """Ctrl-C, or `kill`, ends the server while it waits for a client."""
    for signal in (SIGINT, SIGTERM):
        server.starts("localhost")
        server.stops(signal)


@check(
    after=echoes_hello_server,
    points=3,
    teaches="A server that binds one address can be reached there only; an empty host means every address.",
    hint="bind((host, port)) with the HOST that was given, not '' or '0.0.0.0'.",
    hidden=True,
    needs_address="127.0.0.2",
)
def listens_only_on_the_address_given(server):
    """Given 127.0.0.2, it serves clients of that address and no other."""
    server.starts("127.0.0.2")
    server.refuses("eve", at="127.0.0.1")
    alice = server.connect("alice")
    alice.sends(HELLO)
    alice.receives(HELLO)


@check(
    after=echoes_hello_server,
    points=5,
    teaches="The same calls serve IPv6: only the address family differs.",
    hint="let socket.getaddrinfo(host, port) say which family the host needs.",
    hidden=True,
    stretch=True,
    needs_address="::1",
)
def listens_on_ipv6_too(server):
    """Given ::1, it serves clients of IPv6."""
    server.starts("::1")
    alice = server.connect("alice")
    alice.sends(HELLO)
    alice.receives(HELLO)
