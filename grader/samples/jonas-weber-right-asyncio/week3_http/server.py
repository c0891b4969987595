"""aiohttp: one thread, a future for each request that waits. Location is a whole URL."""

import asyncio
import json
import re
import sys
from datetime import datetime, timezone

from aiohttp import web

messages = []
by_key = {}
waiting = set()


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


@web.middleware
async def in_json(request, handler):
    try:
        return await handler(request)
    except Refusal as refusal:
        return web.json_response({"error": str(refusal)}, status=refusal.status)
    except web.HTTPException as error:
        allowed = {"Allow": error.headers["Allow"]} if "Allow" in error.headers else {}
        return web.json_response({"error": f"{error.reason}."}, status=error.status, headers=allowed)


async def health(_):
    return web.json_response({"status": "ok"})


async def post(request):
    name, text = fields_of(request.headers.get("Content-Type", ""), await request.read())
    key = request.headers.get("Idempotency-Key")
    message = by_key.get(key)
    if message is None:
        now = datetime.now(timezone.utc).isoformat()
        message = {"id": len(messages) + 1, "name": name, "text": text, "time": now}
        messages.append(message)
        if key:
            by_key[key] = message
        for future in waiting:
            if not future.done():
                future.set_result(None)
    place = request.url.with_path(f"/messages/{message['id']}")
    return web.json_response(message, status=201, headers={"Location": str(place)})


async def page(request):
    after, wait = (number(request.query.get(name, "0")) for name in ("after", "wait"))
    if len(messages) <= after and wait:
        future = asyncio.get_running_loop().create_future()
        waiting.add(future)
        try:
            await asyncio.wait_for(future, min(wait, 30))
        except asyncio.TimeoutError:
            pass
        finally:
            waiting.discard(future)
    found = messages[after : after + 100]
    return web.json_response({"messages": found, "last": found[-1]["id"] if found else after})


async def one(request):
    which = int(request.match_info["number"])
    if not 1 <= which <= len(messages):
        raise Refusal(404, "There is no such message.")
    return web.json_response(messages[which - 1])


def main():
    if len(sys.argv) != 3 or not re.fullmatch("[0-9]{1,5}", sys.argv[2]) or not 0 < int(sys.argv[2]) < 65536:
        print("Usage: server.py HOST PORT", file=sys.stderr)
        sys.exit(2)
    app = web.Application(middlewares=[in_json])
    app.add_routes([web.get("/health", health), web.post("/messages", post), web.get("/messages", page)])
    app.add_routes([web.get("/messages/{number:[0-9]{1,18}}", one)])
    try:
        web.run_app(app, host=sys.argv[1], port=int(sys.argv[2]), shutdown_timeout=0.5)
    except OSError as error:
        sys.exit(f"cannot listen: {error}")


if __name__ == "__main__":
    main()
