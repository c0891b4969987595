"""asyncio all through: httpx.AsyncClient, and a StreamReader on standard input."""

import asyncio
import signal
import sys
import uuid

import httpx


class NoChat(Exception):
    pass


async def main(url, name):
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, asyncio.current_task().cancel)
    async with httpx.AsyncClient(timeout=httpx.Timeout(10, read=60)) as client:
        last = await first_look(client, url)
        tasks = {asyncio.create_task(listen(client, url, name, last)), asyncio.create_task(talk(client, url, name))}
        done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in pending:
            task.cancel()
        await asyncio.gather(*pending, return_exceptions=True)
        for task in done:
            task.result()


async def first_look(client, url):
    try:
        while (response := await client.get(f"{url}/messages")).status_code == 503:
            await asyncio.sleep(int(response.headers.get("Retry-After", 1)))
        return response.raise_for_status().json()["last"]
    except (httpx.HTTPError, ValueError, KeyError) as error:
        raise NoChat(f"there is no chat at {url} ({error})") from None


async def talk(client, url, name):
    keyboard = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(keyboard), sys.stdin)
    while line := (await keyboard.readline()).decode():
        if line.rstrip("\n") == "/quit":
            return
        if line.isspace():
            continue
        headers = {"Idempotency-Key": f"{uuid.uuid4()}"}
        body = {"text": line.rstrip("\n"), "name": name}
        response = await ask(client, "POST", f"{url}/messages", json=body, headers=headers)
        if response.status_code != 201:
            print(response.json()["error"], file=sys.stderr)


async def listen(client, url, name, last):
    while True:
        page = (await ask(client, "GET", f"{url}/messages", params={"after": last, "wait": 25})).json()
        for message in page["messages"]:
            if message["name"] != name:
                print(f"{message['name']}: {message['text']}")
        last = page["last"]


async def ask(client, method, url, **more):
    for _ in range(40):
        try:
            response = await client.request(method, url, **more)
        except httpx.TransportError:
            await asyncio.sleep(1)
            continue
        if response.status_code != 503:
            return response
        await asyncio.sleep(int(response.headers.get("Retry-After", "1")))
    raise NoChat(f"{url} does not answer any more")


if __name__ == "__main__":
    if len(sys.argv) != 3 or not sys.argv[1].startswith(("http://", "https://")) or not sys.argv[2]:
        print("usage: client.py URL NAME", file=sys.stderr)
        sys.exit(2)
    try:
        asyncio.run(main(sys.argv[1].rstrip("/"), sys.argv[2]))
    except asyncio.CancelledError:
        sys.exit(0)
    except NoChat as why:
        sys.exit(str(why))
