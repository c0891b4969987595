"""httpx.AsyncClient; the keyboard is a descriptor of the event loop."""

import argparse
import asyncio
import ipaddress
import json
import os
import re
import ssl
import sys
import termios
import uuid
from urllib.parse import urlsplit

import httpx

NO_ANSWER = (httpx.TransportError,)


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
    try:
        with open(token_file()) as file:
            found = json.load(file)
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def write_tokens(tokens):
    path = token_file()
    os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
    new = f"{path}.{os.getpid()}"
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(tokens, file, indent=2)
    os.replace(new, path)


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
        tasks = [asyncio.create_task(self.listen(last)), asyncio.create_task(self.chat())]
        done, rest = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)
        for task in done:
            task.result()

    def begin_reading(self):
        """The keyboard is one more descriptor of the loop."""
        self.rest = b""
        asyncio.get_running_loop().add_reader(0, self.read_keyboard)

    def read_keyboard(self):
        data = os.read(0, 4096)
        *lines, self.rest = (self.rest + data).split(b"\n")
        for line in lines:
            if self.secret and not self.secret.done():
                self.secret.set_result(line.decode())
            else:
                self.lines.put_nowait(line.decode(errors="replace"))
        if not data:
            asyncio.get_running_loop().remove_reader(0)
            self.lines.put_nowait(None)
            if self.secret and not self.secret.done():
                self.secret.set_exception(Over("no password"))

    async def typed(self, prompt):
        """The next line, which is not shown."""
        before = termios.tcgetattr(0)
        self.secret = asyncio.get_running_loop().create_future()
        termios.tcsetattr(0, termios.TCSANOW, before[:3] + [before[3] & ~termios.ECHO] + before[4:])
        print(prompt, end="", file=sys.stderr, flush=True)
        try:
            return await self.secret
        finally:
            termios.tcsetattr(0, termios.TCSANOW, before)
            print(file=sys.stderr)


async def main(options, place):
    context = ssl.create_default_context(cafile=options.cacert)
    async with httpx.AsyncClient(base_url=place.geturl(), verify=context, timeout=40, trust_env=False) as client:

        async def send(method, path, fields, headers):
            answer = await client.request(method, path, json=fields, headers=headers)
            return answer.status_code, answer.headers, answer.content

        await Chat(options, send).run()


try:
    asyncio.run(main(*arguments()))
except KeyboardInterrupt:
    pass
except Over as over:
    sys.exit(str(over))
