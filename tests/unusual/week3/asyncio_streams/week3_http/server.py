"""asyncio streams, and HTTP written by hand: one request on each connection, which is then closed."""

import asyncio
import json
import re
import sys
from datetime import datetime, timezone
from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit

messages = []
by_key = {}
news = None  # an event that each new message replaces


class Refusal(Exception):
    def __init__(self, status, sentence):
        super().__init__(sentence)
        self.status = status


def fields_of(kind, body):
    if kind.partition(";")[0].strip().lower() != "application/json":
        raise Refusal(415, "Send application/json.")
    if len(body) > 16 * 1024:
        raise Refusal(413, "A body has at most 16 KiB.")
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError):
        raise Refusal(400, "The body is no JSON.") from None
    if not isinstance(fields, dict):
        raise Refusal(400, "The body is no JSON object.")
    for field in ("name", "text"):
        if not isinstance(fields.get(field), str) or not fields[field]:
            raise Refusal(400, f"{field} is missing, empty or no text.")
    if len(fields["text"]) > 1000:
        raise Refusal(413, "A text has at most 1,000 characters.")
    return fields["name"], fields["text"]


def number(text):
    if not re.fullmatch("[0-9]{1,20}", text):
        raise Refusal(400, f"{text[:20]!r} is no number.")
    return int(text)


async def serve(reader, writer):
    try:
        content, status, more = await answer(reader)
    except Refusal as refusal:
        content, status, more = {"error": str(refusal)}, refusal.status, ""
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError, OSError):
        content, status, more = {"error": "This is no HTTP."}, 400, ""
    body = json.dumps(content).encode()
    head = f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\nContent-Type: application/json\r\n"
    head += f"Content-Length: {len(body)}\r\nConnection: close\r\n{more}\r\n"
    try:
        writer.write(head.encode() + body)
        await writer.drain()
        writer.close()
        await writer.wait_closed()
    except OSError:
        pass


async def answer(reader):
    first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, target, _ = first.split()
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    url = urlsplit(target)
    if url.path == "/messages" and method == "POST":
        return post(headers, body)
    which = re.fullmatch("/messages/([0-9]{1,18})", url.path)
    if url.path not in ("/health", "/messages") and not which:
        raise Refusal(404, "Nobody lives here.")
    if method != "GET":
        raise Refusal(405, "Not with this method.")
    if url.path == "/health":
        return {"status": "ok"}, 200, ""
    if not which:
        return await page(parse_qs(url.query)), 200, ""
    if not 1 <= int(which[1]) <= len(messages):
        raise Refusal(404, "There is no such message.")
    return messages[int(which[1]) - 1], 200, ""


def post(headers, body):
    global news
    name, text = fields_of(headers.get("content-type", ""), body)
    key = headers.get("idempotency-key")
    if not key or key not in by_key:
        now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        messages.append({"id": len(messages) + 1, "name": name, "text": text, "time": now})
        by_key[key] = messages[-1]
        news.set()
        news = asyncio.Event()
    return by_key[key], 201, f"Location: /messages/{by_key[key]['id']}\r\n"


async def page(query):
    after, wait = (number(query.get(name, ["0"])[0]) for name in ("after", "wait"))
    if len(messages) <= after:
        try:
            await asyncio.wait_for(news.wait(), min(wait, 30))
        except asyncio.TimeoutError:
            pass
    found = messages[after : after + 100]
    return {"messages": found, "last": found[-1]["id"] if found else after}


async def run(host, port):
    global news
    news = asyncio.Event()
    try:
        server = await asyncio.start_server(serve, host, port)
    except OSError as error:
        sys.exit(f"{host} {port}: {error.strerror}")
    async with server:
        await server.serve_forever()


def main():
    if len(sys.argv) != 3 or not re.fullmatch("[0-9]{1,5}", sys.argv[2]) or not 0 < int(sys.argv[2]) < 65536:
        print("Usage: server.py HOST PORT", file=sys.stderr)
        sys.exit(2)
    try:
        asyncio.run(run(sys.argv[1], int(sys.argv[2])))
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
