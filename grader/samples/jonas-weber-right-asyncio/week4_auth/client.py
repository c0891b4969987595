"""aiohttp; a thread reads the keyboard, and an executor asks for the password."""

import argparse
import asyncio
import getpass
import ipaddress
import json
import os
import re
import ssl
import sys
import tempfile
import threading
import uuid
from urllib.parse import urlsplit

import aiohttp

NO_ANSWER = (aiohttp.ClientError, asyncio.TimeoutError, OSError)


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("url", metavar="URL")
    parser.add_argument("student_id", metavar="STUDENT_ID")
    parser.add_argument("--register", action="store_true")
    parser.add_argument("--name")
    parser.add_argument("--cacert", metavar="FILE")
    options = parser.parse_args()
    place = urlsplit(options.url.rstrip("/"))
    if place.scheme not in ("http", "https") or not place.hostname:
        parser.error("URL: http:// or https://")
    if not re.fullmatch("[A-Za-z0-9]{4,16}", options.student_id):
        parser.error("STUDENT_ID: 4 to 16 letters and digits")
    if place.scheme == "http" and place.hostname != "localhost" and not is_loopback(place.hostname):
        sys.exit(f"refusing to send a password to {place.hostname} without TLS")
    if options.cacert and not os.access(options.cacert, os.R_OK):
        sys.exit(f"cannot read {options.cacert}")
    return options, place


def is_loopback(host):
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def token_file():
    folder = os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")
    return os.path.join(folder, "lab5", "tokens.json")


def read_tokens():
    """{"servers": [{"url": ..., "accounts": [{"id": ..., "token": ...}]}]} as a dict."""
    try:
        with open(token_file()) as file:
            servers = json.load(file)["servers"]
        return {f"{s['url']} {a['id']}": a["token"] for s in servers for a in s["accounts"]}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def write_tokens(tokens):
    servers = {}
    for key, token in tokens.items():
        url, student_id = key.split(" ")
        servers.setdefault(url, []).append({"id": student_id, "token": token})
    text = json.dumps({"version": 1, "servers": [{"url": url, "accounts": them} for url, them in servers.items()]})
    os.makedirs(os.path.dirname(token_file()), mode=0o700, exist_ok=True)
    before = os.umask(0o177)
    try:
        with tempfile.NamedTemporaryFile("w", dir=os.path.dirname(token_file()), delete=False) as file:
            file.write(text)
    finally:
        os.umask(before)
    os.replace(file.name, token_file())


class Over(Exception):
    """Why there is no chatting."""


class Chat:
    def __init__(self, options, send):
        self.options, self.send = options, send
        self.name = options.name or options.student_id
        self.key = f"{options.url.rstrip('/')} {options.student_id}"
        self.token = read_tokens().get(self.key)
        self.password = os.environ.get("CHAT_PASSWORD")
        self.lock = asyncio.Lock()
        self.lines = asyncio.Queue()
        self.secret = None
        self.answered = False

    async def talk(self, method, path, fields=None, **headers):
        for tries in range(25):
            pause = min(2, 0.25 * 2**tries)
            try:
                status, answered, data = await self.send(method, path, fields, headers)
            except NO_ANSWER as error:
                if not self.answered:
                    raise Over(f"{self.options.url} cannot be reached: {error}") from None
            else:
                self.answered = True
                if 300 <= status < 400:
                    raise Over(f"{self.options.url} redirects us; we do not follow")
                if status not in (429, 503):
                    try:
                        return status, json.loads(data or b"{}")
                    except ValueError:
                        raise Over(f"{self.options.url} is no chat server") from None
                pause = max(pause, int(answered.get("Retry-After", 0)))
                print(f"{status}: waiting for {pause} seconds", file=sys.stderr)
            await asyncio.sleep(pause)
        raise Over(f"{self.options.url} does not answer any more")

    async def log_in(self):
        for chance in (1, 2, 3):
            password = self.password or await self.typed("password for {}: ".format(self.options.student_id))
            status, answer = await self.talk(
                "POST", "/login", {"student_id": self.options.student_id, "password": password}
            )
            if status == 200:
                self.password, self.token = password, answer["token"]
                write_tokens({**read_tokens(), self.key: self.token})
                return
            if status != 401 or self.password or chance == 3:
                raise Over(answer["error"])
            print(answer["error"], file=sys.stderr)

    async def authorised(self, method, path, fields=None, **headers):
        for _ in range(3):
            async with self.lock:
                if not self.token:
                    await self.log_in()
            token = self.token
            headers["Authorization"] = f"Bearer {token}"
            status, answer = await self.talk(method, path, fields, **headers)
            if status != 401:
                return status, answer
            if self.token == token:
                self.token = None
        raise Over("no token is good enough")

    async def poll(self, last, wait):
        status, answer = await self.authorised("GET", f"/messages?after={last}&wait={wait}")
        if status != 200:
            raise Over(answer["error"])
        return answer["messages"], answer["last"]

    async def listen(self, last):
        while True:
            messages, last = await self.poll(last, 20)
            for message in messages:
                if message["name"] != self.name:
                    print(f"{message['name']}: {message['text']}", flush=True)

    async def chat(self):
        while (line := await self.lines.get()) not in (None, "/quit"):
            if line == "/logout":
                await self.lock.acquire()  # for good: nobody is to log in again
                await self.talk("POST", "/logout", Authorization=f"Bearer {self.token}")
                write_tokens({key: token for key, token in read_tokens().items() if key != self.key})
                return
            if line:
                key = {"Idempotency-Key": str(uuid.uuid4())}
                status, answer = await self.authorised("POST", "/messages", {"text": line}, **key)
                if status != 201:
                    print("not sent:", answer["error"], file=sys.stderr)

    async def run(self):
        self.begin_reading()
        if self.options.register:
            self.password = self.password or await self.typed("choose a password: ")
            fields = {"student_id": self.options.student_id, "password": self.password, "name": self.name}
            status, answer = await self.talk("POST", "/register", fields)
            if status != 201:
                raise Over(answer["error"])
            self.token = None
        messages, last = await self.poll(0, 0)
        self.may_read.set()
        threading.Thread(target=self.read, daemon=True).start()
        tasks = [asyncio.create_task(self.listen(last)), asyncio.create_task(self.chat())]
        done, rest = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)
        for task in done:
            task.result()

    def begin_reading(self):
        """A thread of its own reads the keyboard; it has nothing to do with the loop's end."""
        self.loop = asyncio.get_running_loop()
        self.may_read = threading.Event()

    async def typed(self, prompt):
        if self.may_read.is_set():
            raise Over("logged out by the server: start the client again")
        try:
            return await self.loop.run_in_executor(None, getpass.getpass, prompt)
        except EOFError:
            raise Over("no password") from None

    def read(self):
        rest = b""
        while data := os.read(0, 4096):
            *lines, rest = (rest + data).split(b"\n")
            for line in lines:
                self.loop.call_soon_threadsafe(self.lines.put_nowait, line.decode(errors="replace"))
        self.loop.call_soon_threadsafe(self.lines.put_nowait, None)


async def main(options, place):
    context = ssl.create_default_context(cafile=options.cacert)
    limits = aiohttp.ClientTimeout(total=40)
    async with aiohttp.ClientSession(timeout=limits, connector=aiohttp.TCPConnector(ssl=context)) as session:

        async def send(method, path, fields, headers):
            url = place.geturl() + path
            async with session.request(method, url, json=fields, headers=headers, allow_redirects=False) as answer:
                return answer.status, answer.headers, await answer.read()

        await Chat(options, send).run()


try:
    asyncio.run(main(*arguments()))
except KeyboardInterrupt:
    pass
except Over as over:
    sys.exit(str(over))
