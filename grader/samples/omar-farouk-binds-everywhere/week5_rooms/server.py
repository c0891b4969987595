import os
import socket
import sys
import threading

rooms = []  # [name, {join_id: (conn, client name)}]
lock = threading.Lock()
ID = "15328890"


def value(line):
    return line.split(":", 1)[1].strip()


def broadcast(ref, name, text):
    for conn, _ in rooms[ref][1].values():
        try:
            conn.sendall(f"CHAT: {ref}\nCLIENT_NAME: {name}\nMESSAGE: {text}\n\n".encode())
        except OSError:
            pass


def room_ref(name):
    for i, room in enumerate(rooms):
        if room[0] == name:
            return i
    rooms.append([name, {}])
    return len(rooms) - 1


def leave_all(join_id):
    for ref, room in enumerate(rooms):
        if join_id in room[1]:
            conn, name = room[1].pop(join_id)
            broadcast(ref, name, f"{name} has left this chatroom.")


def handle(msg, conn, join_id):
    lines = msg.split("\n")
    if msg.startswith("HELO"):
        ip = conn.getsockname()[0]
        conn.sendall(f"{lines[0]}\nIP:{ip}\nPort:{sys.argv[2]}\nStudentID:{ID}".encode())
    elif msg.startswith("KILL_SERVICE"):
        os._exit(0)
    elif msg.startswith("JOIN_CHATROOM"):
        room, name = value(lines[0]), value(lines[3])
        ref = room_ref(room)
        answer = f"JOINED_CHATROOM: {room}\nSERVER_IP: 0\nPORT: {sys.argv[2]}\nROOM_REF: {ref}\nJOIN_ID: {join_id}\n"
        conn.sendall(answer.encode())
        rooms[ref][1][join_id] = (conn, name)
        broadcast(ref, name, f"{name} has joined this chatroom.")
    elif msg.startswith("LEAVE_CHATROOM"):
        ref, name = int(value(lines[0])), value(lines[2])
        conn.sendall(f"LEFT_CHATROOM: {ref}\nJOIN_ID: {join_id}\n".encode())
        broadcast(ref, name, f"{name} has left this chatroom.")
        rooms[ref][1].pop(join_id, None)
    elif msg.startswith("CHAT"):
        broadcast(int(value(lines[0])), value(lines[2]), msg.split("MESSAGE:", 1)[1].strip())
    elif msg.startswith("DISCONNECT"):
        leave_all(join_id)
        conn.close()
        return False
    else:
        conn.sendall(b"ERROR_CODE: 1\nERROR_DESCRIPTION: unknown message")
    return True


def client_thread(conn, join_id):
    while True:
        try:
            msg = conn.recv(2048).decode()
        except (OSError, UnicodeDecodeError):
            msg = ""
        if not msg:
            with lock:
                leave_all(join_id)
            break
        with lock:
            if not handle(msg, conn, join_id):
                break


s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(("", int(sys.argv[2])))
s.listen(100)
join_id = 0
while True:
    conn, addr = s.accept()
    print("new client", addr)
    join_id += 1
    threading.Thread(target=client_thread, args=(conn, join_id), daemon=True).start()
