import socket
import sys

print("START")
print("argv =", sys.argv)

def usage(why):
    print("DEBUG usage because:", why)
    print("Usage: python lab5/server.py HOST PORT", file=sys.stderr)
    exit(2)

if len(sys.argv) < 3:
    usage("too few arguments")

HOST = sys.argv[1]
try:
    PORT = int(sys.argv[2])
except ValueError as e:
    usage(e)
if not (PORT >= 1 and PORT <= 65535):
    usage("port out of range")
print("HOST", HOST, "PORT", PORT, type(PORT))

sock = socket.socket()
print("1 socket ok", sock)
sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
print("2 reuseaddr =", sock.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR))
try:
    sock.bind((HOST, PORT))
except Exception as e:
    print("!!!!! BIND FAILED !!!!!", repr(e))
    exit(1)
print("3 bind ok")
sock.listen()
print("4 listen ok, now accept (it stays here until somebody comes)")
conn, addr = sock.accept()
print("5 accept ok", conn, addr)
data = conn.recv(1024)
print("6 got", len(data), "bytes:", data)
#conn.send(data)
conn.sendall(data)
print("7 sent")
#print("HERE???")
conn.close()
print("8 conn closed")
sock.close()
print("9 sock closed")
print("END")
