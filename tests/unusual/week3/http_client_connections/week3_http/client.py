"""One persistent connection of http.client in each of its two threads; polls of 30 seconds."""

import http.client
import json
import os
import sys
import threading
import time
import uuid
from urllib.parse import urlsplit


class Server:
    """One end of a connection that is kept, and made anew when it breaks."""

    def __init__(self, url):
        self.parts = urlsplit(url)
        kind = http.client.HTTPSConnection if self.parts.scheme == "https" else http.client.HTTPConnection
        self.connection = kind(self.parts.hostname, self.parts.port, timeout=40)

    def try_once(self, method, query, body, headers):
        try:
            self.connection.request(method, self.parts.path.rstrip("/") + "/messages" + query, body, headers)
            response = self.connection.getresponse()
            return response, response.read()
        except (OSError, http.client.HTTPException):
            self.connection.close()
            return None, b""

    def ask(self, method, query="", content=None, key=None, tries=45):
        headers = {} if content is None else {"Content-Type": "application/json; charset=utf-8", "Idempotency-Key": key}
        body = None if content is None else json.dumps(content, ensure_ascii=False).encode()
        for _ in range(tries):
            response, data = self.try_once(method, query, body, headers)
            if response and response.status != 503:
                try:
                    return response.status, json.loads(data)
                except ValueError:
                    give_up("what answers here is no chat server")
            time.sleep(float(response.getheader("Retry-After", 1)) if response else 1 if tries > 1 else 0)
        give_up("there is no answer from the server")

    def messages(self, after, wait=30):
        status, page = self.ask("GET", f"?after={after}&wait={wait}")
        return page if status == 200 else give_up(f"no chat here: {page['error']}")


def give_up(sentence):
    print(sentence, file=sys.stderr)
    os._exit(3)


def listen(server, name, last):
    while True:
        page = server.messages(last)
        last = page["last"]
        for message in page["messages"]:
            if message["name"] != name:
                print("{name}: {text}".format_map(message))


def main():
    words = sys.argv[1:]
    if len(words) != 2 or "://" not in words[0] or not words[1]:
        print("usage: client.py URL NAME", file=sys.stderr)
        raise SystemExit(2)
    url, name = words
    server = Server(url)
    status, page = server.ask("GET", tries=1)
    if status != 200:
        give_up(f"{url} is no chat: {page['error']}")
    threading.Thread(target=listen, args=(Server(url), name, page["last"]), daemon=True).start()
    for line in sys.stdin:
        text = line.strip("\n")
        if text == "/quit":
            return
        if text:
            status, answer = server.ask("POST", "", {"name": name, "text": text}, uuid.uuid4().hex)
            if status != 201:
                print(f"({answer['error']})")


try:
    main()
except KeyboardInterrupt:
    pass
