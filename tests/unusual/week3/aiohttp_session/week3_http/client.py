"""aiohttp, with one session for both tasks, and lines from add_reader()."""

import asyncio
import os
import sys
import uuid

import aiohttp


class Chat:
    def __init__(self, session, url, name):
        self.session, self.url, self.name = session, url, name
        self.typed = asyncio.Queue()
        self.half = b""

    def keyboard(self):
        """Takes what has been typed; at the end of the input, None."""
        data = os.read(0, 4096)
        *lines, self.half = (self.half + data).split(b"\n")
        for line in lines:
            self.typed.put_nowait(None if line == b"/quit" else line.decode())
        if not data:
            asyncio.get_running_loop().remove_reader(0)
            self.typed.put_nowait(None)

    async def once(self, method, **more):
        async with self.session.request(method, self.url, **more) as response:
            answer = await response.json(content_type=None) if response.status != 503 else {}
            return response.status, answer, int(response.headers.get("Retry-After", 1))

    async def ask(self, method, **more):
        trouble = "is busy"
        for _ in range(40):
            pause = 1
            try:
                status, answer, pause = await self.once(method, **more)
                if status != 503:
                    return status, answer
            except ValueError:
                sys.exit(f"{self.url}: this is no chat any more")
            except (aiohttp.ClientError, asyncio.TimeoutError) as error:
                trouble = str(error)
            await asyncio.sleep(pause)
        sys.exit(f"{self.url}: {trouble}")

    async def talk(self):
        while (text := await self.typed.get()) is not None:
            if text:
                headers = {"idempotency-key": uuid.uuid4().hex}
                status, answer = await self.ask("POST", json={"name": self.name, "text": text}, headers=headers)
                if status != 201:
                    print(f"! {answer['error']}")

    async def listen(self, last):
        while True:
            _, page = await self.ask("GET", params={"after": last, "wait": 20})
            last = page["last"]
            for message in page["messages"]:
                if message["name"] != self.name:
                    print(message["name"], message["text"], sep=": ", flush=True)


async def main(url, name):
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60)) as session:
        chat = Chat(session, url.rstrip("/") + "/messages", name)
        try:
            status, page, _ = await chat.once("GET")
            last = page["last"]
        except (aiohttp.ClientError, ValueError, KeyError) as error:
            sys.exit(f"no chat there: {error}")
        asyncio.get_running_loop().add_reader(0, chat.keyboard)
        listener = asyncio.create_task(chat.listen(last))
        talker = asyncio.create_task(chat.talk())
        await asyncio.wait([listener, talker], return_when=asyncio.FIRST_COMPLETED)
        listener.cancel()


if len(sys.argv) != 3 or not sys.argv[1].startswith("http") or "//" not in sys.argv[1] or not sys.argv[2]:
    print("usage: client.py URL NAME", file=sys.stderr)
    sys.exit(2)
try:
    asyncio.run(main(*sys.argv[1:]))
except KeyboardInterrupt:
    pass
