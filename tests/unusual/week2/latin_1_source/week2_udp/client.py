# -*- coding: iso-8859-1 -*-
"""Die Quelle ist in ISO 8859-1 geschrieben, und das Programm spricht deutsch: für ältere Geräte."""

import queue
import re
import socket
import sys
import threading

ZU_LANG = "Die Zeile paßt in kein Datagramm: gekürzt wird nicht, sie fällt weg."
STUMM = "Der Server schweigt, auch nach zwanzig Versuchen. Auf Wiederhören!"


class Gespräch:
    def __init__(self, gegenüber):
        self.gegenüber = gegenüber
        self.buchse = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.buchse.connect(gegenüber)
        self.antworten = queue.Queue()
        self.gehört = set()
        threading.Thread(target=self.höre, daemon=True).start()

    def höre(self):
        while True:
            try:
                text = self.buchse.recv(2048).decode("utf-8")
            except (OSError, UnicodeDecodeError):
                continue
            wort, _, rest = text.partition(" ")
            if wort != "MSG":
                self.antworten.put(text)
                continue
            nummer, _, rest = rest.partition(" ")
            wer, _, was = rest.partition(" ")
            if not nummer.isdecimal() or not wer or not was:
                continue
            if nummer not in self.gehört:
                self.gehört.add(nummer)
                print(f"{wer}: {was}", flush=True)
            self.sende(f"GOT {nummer}")

    def sende(self, text):
        try:
            self.buchse.send(text.encode("utf-8", "replace"))
        except OSError:
            pass

    def frage(self, text, antwort, versuche=20):
        for _ in range(versuche):
            self.sende(text)
            try:
                while (kam := self.antworten.get(timeout=0.25)) != antwort:
                    if kam.startswith("ERROR "):
                        return kam
                return ""
            except queue.Empty:
                pass
        raise TimeoutError(STUMM)


def main(host, port, name):
    gespräch = Gespräch((host, port))
    if warum := gespräch.frage(f"HELLO {name}", f"WELCOME {name}"):
        raise OSError(f"Der Server läßt {name} nicht herein: {warum}")
    nummer = 1
    try:
        while (zeile := input("» ")) != "/quit":
            text = f"SAY {nummer} {zeile}"
            if len(text.encode("utf-8", "replace")) > 1200:
                print(ZU_LANG, flush=True)
            elif zeile:
                if warum := gespräch.frage(text, f"OK {nummer}"):
                    print(f"Nicht angenommen: {warum}", flush=True)
                nummer += 1
    except (EOFError, KeyboardInterrupt):
        print("Tschüß!")
    try:
        gespräch.frage("BYE", "BYE", 4)
    except (TimeoutError, KeyboardInterrupt):
        pass


if __name__ == "__main__":
    wörter = sys.argv[1:]
    if (
        len(wörter) != 3
        or not re.fullmatch("[0-9]{1,5}", wörter[1])
        or not 0 < int(wörter[1]) < 65536
        or not re.fullmatch("[A-Za-z0-9_-]{1,20}", wörter[2])
    ):
        print("So wird es benützt (usage): client.py HOST PORT NAME", file=sys.stderr)
        sys.exit(2)
    try:
        main(wörter[0], int(wörter[1]), wörter[2])
    except OSError as fehler:
        print(fehler, file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        pass
