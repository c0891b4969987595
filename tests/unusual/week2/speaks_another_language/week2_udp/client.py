"""Speaks Japanese with its user, on standard error; only the usage line has the one word that it must have."""

import queue
import re
import socket
import sys
import threading


def 終わる(訳, 状態=1):
    print(訳, file=sys.stderr)
    sys.exit(状態)


def 聞く(口, 返事):
    済み = set()
    while True:
        try:
            文 = 口.recv(2048).decode()
        except (OSError, UnicodeDecodeError):
            continue
        語 = 文.split(" ", 3)
        if 語[0] != "MSG":
            返事.put(文)
        elif len(語) == 4 and 語[1].isdecimal():
            if 語[1] not in 済み:
                print(f"{語[2]}: {語[3]}", flush=True)
                済み.add(語[1])
            送る(口, f"GOT {語[1]}")


def 送る(口, 文):
    try:
        口.send(文.encode(errors="replace"))
    except OSError:
        pass


def 尋ねる(口, 返事, 文, 望み, 回数=20):
    for _ in range(回数):
        送る(口, 文)
        try:
            while (来た := 返事.get(timeout=0.25)) != 望み:
                if 来た.startswith("ERROR "):
                    return 来た
            return ""
        except queue.Empty:
            pass
    return None


def main(host, port, name):
    口 = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    口.connect((host, port))
    返事 = queue.Queue()
    threading.Thread(target=聞く, args=(口, 返事), daemon=True).start()
    答え = 尋ねる(口, 返事, f"HELLO {name}", f"WELCOME {name}")
    if 答え is None:
        終わる("返事がありません。")
    if 答え:
        終わる("その名前はもう使われています。" if " 409 " in 答え else "入れません。")
    番号 = 1
    try:
        while (行 := input("話す> ")) != "/quit":
            文 = f"SAY {番号} {行}"
            if len(文.encode(errors="replace")) > 1200:
                print("長すぎるので送りませんでした。", file=sys.stderr)
            elif 行:
                if 尋ねる(口, 返事, 文, f"OK {番号}") is None:
                    終わる("返事がなくなりました。")
                番号 += 1
    except (EOFError, KeyboardInterrupt):
        pass
    尋ねる(口, 返事, "BYE", "BYE", 3)


if __name__ == "__main__":
    try:
        _, host, port, name = sys.argv
        if not 1 <= int(port) <= 65535 or not re.fullmatch("[A-Za-z0-9_-]{1,20}", name):
            raise ValueError
    except ValueError:
        終わる("使い方 (usage): client.py HOST PORT NAME", 2)
    try:
        main(host, int(port), name)
    except OSError as 誤り:
        終わる(f"つながりません: {誤り}")
    except KeyboardInterrupt:
        pass
