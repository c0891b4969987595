import socket, sys
s = socket.socket()
s.connect((sys.argv[1], int(sys.argv[2])))
print("connected")
s.sendall(input("message: ").encode())
print("answer:", s.recv(1024))
print("then:", s.recv(1024), "(must be empty)")
