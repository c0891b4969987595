import socket
s = socket.socket()
s.bind(("localhost", 8008))
s.listen()
c, a = s.accept()
print(c.recv(1024))
