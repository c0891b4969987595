"""What is said comes back to who said it, and to nobody else: an echo server with rooms."""

import asyncio
import itertools
import sys

LINES = {"JOIN_CHATROOM": 3, "CHAT": 3, "LEAVE_CHATROOM": 2, "DISCONNECT": 2}  # after the first one
join_ids = itertools.count(1)
refs = {}  # room -> ROOM_REF
members = {}  # ROOM_REF -> {writer: name}


async def serve(reader, writer):
    writer.join_id = next(join_ids)
    try:
        while lines := await request(reader):
            if lines[0].startswith("DISCONNECT"):
                break
            do(writer, lines)
    except (OSError, ValueError):  # readline() raises ValueError at a line of more than 64 KiB
        pass
    finally:
        for ref in members:
            leave(writer, ref)
        writer.close()


async def request(reader):
    lines = [await read_line(reader)]
    verb = lines[0].partition(":")[0]
    for _ in range(LINES.get(verb, 0)):
        lines.append(await read_line(reader))
    if verb == "CHAT":
        size = 0
        while line := (await read_line(reader)).rstrip("\n"):
            size += len(line)
            if size > 65_536:
                raise ValueError
            lines[3] += line + "\n"
    return lines if lines[0] else None


async def read_line(reader):
    return (await reader.readline()).decode(errors="replace")


def do(writer, lines):
    verb = lines[0].split(":")[0].split(" ")[0].strip()
    values = [line.partition(":")[2].strip() for line in lines]
    if verb == "HELO":
        ip, port = writer.get_extra_info("sockname")
        send(writer, f"{lines[0]}IP:{ip}\nPort:{port}\nStudentID:12345678\n")
    elif verb == "JOIN_CHATROOM" and values[0] and values[3]:
        join(writer, values[0], values[3])
    elif verb == "CHAT" and writer in members.get(values[0], {}):
        name = members[values[0]][writer]
        send(writer, f"CHAT: {values[0]}\nCLIENT_NAME: {name}\nMESSAGE: {values[3]}\n\n")
    elif verb == "LEAVE_CHATROOM" and values[0] in members:
        send(writer, f"LEFT_CHATROOM: {values[0]}\nJOIN_ID: {writer.join_id}\n")
        leave(writer, values[0])
    elif verb == "KILL_SERVICE":
        stop.set()
    else:
        send(writer, f"ERROR_CODE: 1\nERROR_DESCRIPTION: cannot do {verb}\n")


def join(writer, room, name):
    ref = refs.setdefault(room, str(len(refs) + 1))
    ip, port = writer.get_extra_info("sockname")
    send(
        writer, f"JOINED_CHATROOM: {room}\nSERVER_IP: {ip}\nPORT: {port}\nROOM_REF: {ref}\nJOIN_ID: {writer.join_id}\n"
    )
    if writer not in members.setdefault(ref, {}):
        members[ref][writer] = name
        tell(ref, name, f"{name} has joined this chatroom.")


def leave(writer, ref):
    name = members[ref].pop(writer, None)
    if name:
        tell(ref, name, f"{name} has left this chatroom.")


def tell(ref, name, text):
    for writer in members[ref]:
        send(writer, f"CHAT: {ref}\nCLIENT_NAME: {name}\nMESSAGE: {text}\n\n")


def send(writer, text):
    writer.write(text.encode())


async def main():
    global stop
    stop = asyncio.Event()
    await asyncio.start_server(serve, sys.argv[1], int(sys.argv[2]))
    await stop.wait()


asyncio.run(main())
