"""Both commands; `python -m chatroom` is the client."""

import argparse
import getpass
import re
import sys
import tomllib
from pathlib import Path

import platformdirs

KEYS = {
    "server": {"host": str, "port": int, "database": str, "transport": str},
    "client": {"host": str, "port": int, "name": str, "transport": str},
}


def options(program, **more):
    parser = argparse.ArgumentParser(program)
    parser.add_argument("--host")
    parser.add_argument("--port", type=int, choices=range(65536), metavar="PORT")
    parser.add_argument("--transport", choices=["tcp"])
    parser.add_argument("--config", type=Path)
    for name, how in more.items():
        parser.add_argument("--" + name, **how)
    return parser.parse_args()


def settings(table, given, defaults):
    places = [Path("chatroom.toml")]
    if table == "client":
        places.append(Path(platformdirs.user_config_dir("chatroom"), "chatroom.toml"))
    file = given.config or next((place for place in places if place.exists()), None)
    chosen = dict(defaults)
    if file:
        chosen.update(read(file, table))
    chosen.update((key, value) for key, value in vars(given).items() if value is not None)
    return chosen


def read(file, table):
    try:
        text = file.read_text("utf-8")
        tables = tomllib.loads(text)
    except OSError as error:
        fail(f"{file}: {error.strerror}")
    except (UnicodeError, tomllib.TOMLDecodeError) as error:
        fail(f"{file}, {error}")
    where, here = {}, ""
    for number, line in enumerate(text.splitlines(), 1):
        if found := re.match(r"\s*\[\s*\"?(\w+)", line):
            here = found[1]
            where.setdefault(here, number)
        elif found := re.match(r"\s*\"?([\w-]+)", line):
            where.setdefault((here, found[1]) if here else found[1], number)
    for name in tables:
        if name not in KEYS:
            fail(f"{file}, line {where.get(name, 1)}: unknown table {name}")
    for key, value in tables.get(table, {}).items():
        line = f"{file}, line {where.get((table, key), 1)}: "
        if key not in KEYS[table]:
            fail(line + f"unknown key {key}, please use {' '.join(KEYS[table])}")
        if type(value) is not KEYS[table][key] or key == "port" and value not in range(65536):
            fail(line + f"{key} = {value!r} is not what is expected there")
    return tables.get(table, {})


def fail(sentence):
    print(sentence, file=sys.stderr)
    sys.exit(2)


def server():
    from .server import serve

    given = options("chatroom-server", database={})
    wanted = settings("server", given, {"host": "127.0.0.1", "port": 9009, "database": "chatroom.db"})
    sys.exit(serve(wanted["host"], wanted["port"], wanted["database"]))


def client():
    from .client import chat

    given = options("chatroom-client", name={}, plain={"action": "store_true"})
    login = "".join(re.findall("[A-Za-z0-9_-]", getpass.getuser()))[:20] or "somebody"
    wanted = settings("client", given, {"host": "127.0.0.1", "port": 9009, "name": login})
    plain = wanted["plain"] or not (sys.stdin.isatty() and sys.stdout.isatty())
    sys.exit(chat(wanted["host"], wanted["port"], wanted["name"], plain))


if __name__ == "__main__":
    client()
