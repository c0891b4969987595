"""Chat client that counts a line when it says it, and again when its OK comes."""
import argparse
import asyncio
import re
import sys


class Network(asyncio.DatagramProtocol):
    def __init__(self):
        self.answers = {}
        self.known = set()

    def connection_made(self, transport):
        self.transport = transport

    def error_received(self, exc):
        pass

    def datagram_received(self, data, addr):
        try:
            text = data.decode()
        except UnicodeDecodeError:
            return
        match text.split(" ", 3):
            case ["MSG", number, name, said] if number.isdecimal():
                if number not in self.known:
                    self.known.add(number)
                    print(name, said, sep=": ", flush=True)
                self.send(f"GOT {number}")
            case ["ERROR", *why]:
                for future in self.answers.values():
                    if not future.done():
                        future.set_result(" ".join(why))
            case _:
                future = self.answers.get(text)
                if future and not future.done():
                    future.set_result("")

    def send(self, text):
        self.transport.sendto(text.encode())

    async def ask(self, text, answer, tries=20):
        future = self.answers[answer] = asyncio.get_running_loop().create_future()
        for _ in range(tries):
            self.send(text)
            done, _ = await asyncio.wait([future], timeout=0.25)
            if done:
                del self.answers[answer]
                return future.result()
        raise TimeoutError


async def chat(host, port, name):
    loop = asyncio.get_running_loop()
    _, net = await loop.create_datagram_endpoint(Network, remote_addr=(host, port))
    try:
        error = await net.ask(f"HELLO {name}", f"WELCOME {name}")
        if error:
            print("refused:", error, file=sys.stderr)
            return 1
        typed = asyncio.Queue()
        loop.add_reader(sys.stdin, lambda: typed.put_nowait(sys.stdin.readline()))
        number = 1
        while (line := await typed.get()) not in ("", "/quit\n"):
            line = line.rstrip("\n")
            datagram = f"SAY {number} {line}"
            if len(datagram.encode()) > 1200:
                print("Too long! Not sent.", file=sys.stderr)
            elif line:
                number += 1
                await net.ask(datagram, f"OK {number - 1}")
                number += 1
    except asyncio.CancelledError:
        net.send("BYE")
        return 0
    except TimeoutError:
        print(f"{host} does not answer", file=sys.stderr)
        return 1
    try:
        await net.ask("BYE", "BYE", 4)
    except TimeoutError:
        pass
    return 0


def port_number(text):
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError("a port is a number from 1 to 65535")
    return int(text)


def user_name(text):
    if not re.fullmatch("[a-zA-Z0-9_-]{1,20}", text):
        raise argparse.ArgumentTypeError("this is no name")
    return text


parser = argparse.ArgumentParser()
parser.add_argument("host")
parser.add_argument("port", type=port_number)
parser.add_argument("name", type=user_name)
args = parser.parse_args()
sys.exit(asyncio.run(chat(args.host, args.port, args.name)))
