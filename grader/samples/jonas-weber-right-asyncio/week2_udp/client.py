"""Chat-Client mit asyncio (Woche 2). Kein Thread, nur eine Schleife."""

import asyncio
import os
import re
import sys

PAUSE = 0.25
VERSUCHE = 20


def fehler(text):
    print(f"usage: client.py HOST PORT NAME ({text})", file=sys.stderr)
    sys.exit(2)


def argumente_lesen(argv):
    if len(argv) != 4:
        fehler("genau drei Argumente")
    try:
        port = int(argv[2])
    except ValueError:
        fehler("PORT muss eine Zahl sein")
    if not 0 < port < 65536:
        fehler("PORT von 1 bis 65535")
    if not re.fullmatch("[A-Za-z0-9_-]{1,20}", argv[3]):
        fehler("NAME: 1 bis 20 Zeichen aus A-Z a-z 0-9 _ -")
    return argv[1], port, argv[3]


class KeineAntwort(Exception):
    pass


class Abgelehnt(Exception):
    pass


class Chat(asyncio.DatagramProtocol):
    def __init__(self):
        self.erwartet = None
        self.antwort = None  # Future
        self.gedruckt = set()

    def connection_made(self, transport):
        self.transport = transport

    def error_received(self, fehler):
        pass  # ICMP: keiner da. Merken wir beim Warten sowieso.

    def datagram_received(self, daten, absender):
        try:
            text = daten.decode()
        except UnicodeDecodeError:
            return
        if text.startswith("MSG "):
            self.nachricht(text)
        elif self.antwort is None or self.antwort.done():
            return
        elif text == self.erwartet:
            self.antwort.set_result(None)
        elif text.startswith("ERROR "):
            self.antwort.set_exception(Abgelehnt(text.removeprefix("ERROR ")))

    def nachricht(self, text):
        try:
            _, nummer, name, inhalt = text.split(" ", 3)
            nummer = int(nummer)
        except ValueError:
            return
        if nummer not in self.gedruckt:
            self.gedruckt.add(nummer)
            print(f"{name}: {inhalt}", flush=True)
        self.transport.sendto(f"GOT {nummer}".encode())

    async def sicher(self, text, erwartet, versuche=VERSUCHE):
        """Wiederholt, bis die Antwort da ist."""
        self.erwartet = erwartet
        self.antwort = asyncio.get_running_loop().create_future()
        for _ in range(versuche):
            self.transport.sendto(text.encode())
            fertig, _ = await asyncio.wait([self.antwort], timeout=PAUSE)
            if fertig:
                return self.antwort.result()
        raise KeineAntwort(f"keine Antwort auf {text.split()[0]} nach {versuche} Versuchen")


class Tastatur:
    """Zeilen von der Tastatur, ohne dass input() alles anhaelt. (Geht nicht unter Windows.)"""

    def __init__(self):
        self.rest = b""
        self.zeilen = asyncio.Queue()
        asyncio.get_running_loop().add_reader(0, self.lesen)

    def lesen(self):
        stueck = os.read(0, 4096)
        *fertige, self.rest = (self.rest + stueck).split(b"\n")
        for zeile in fertige:
            self.zeilen.put_nowait(zeile.decode(errors="replace"))
        if not stueck:
            asyncio.get_running_loop().remove_reader(0)
            self.zeilen.put_nowait("/quit")


async def plaudern(chat, name):
    await chat.sicher(f"HELLO {name}", f"WELCOME {name}")
    tastatur = Tastatur()
    nummer = 1
    while (zeile := await tastatur.zeilen.get()) != "/quit":
        text = f"SAY {nummer} {zeile}"
        if not zeile:
            continue
        if len(text.encode()) > 1200:
            print("!!! Zeile zu lang, nicht gesendet !!!", file=sys.stderr)
            continue
        try:
            await chat.sicher(text, f"OK {nummer}")
        except Abgelehnt as e:
            print(f"!!! Server will die Zeile nicht: {e} !!!", file=sys.stderr)
        nummer += 1
    try:
        await chat.sicher("BYE", "BYE", versuche=4)
    except (KeineAntwort, Abgelehnt):
        pass


async def main(host, port, name):
    loop = asyncio.get_running_loop()
    transport, chat = await loop.create_datagram_endpoint(Chat, remote_addr=(host, port))
    try:
        await plaudern(chat, name)
    except asyncio.CancelledError:  # Strg-C
        transport.sendto(b"BYE")
        raise
    finally:
        transport.close()


if __name__ == "__main__":
    host, port, name = argumente_lesen(sys.argv)
    try:
        asyncio.run(main(host, port, name))
    except KeyboardInterrupt:
        pass
    except (KeineAntwort, Abgelehnt, OSError) as e:
        sys.exit(f"{host}:{port}: {e}")
