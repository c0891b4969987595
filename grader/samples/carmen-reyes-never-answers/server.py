# Carmen Reyes
# Laboratorio 5, servidor de eco

import socket
import sys

if len(sys.argv) != 3:
    print("Usage: server.py HOST PORT", file=sys.stderr)
    sys.exit(2)

try:
    puerto = int(sys.argv[2])
except ValueError:
    puerto = -1

if puerto < 1 or puerto > 65535:
    print("Usage: server.py HOST PORT (1-65535)", file=sys.stderr)
    sys.exit(2)

s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
try:
    s.bind((sys.argv[1], puerto))
except OSError as e:
    print("El puerto esta ocupado:", e)
    sys.exit(1)
s.listen()

# esperar a que venga un cliente
print("cliente:", s.accept())

# y ahora hablar con el
conexion, direccion = s.accept()
mensaje = conexion.recv(1024)
conexion.sendall(mensaje)
conexion.close()
s.close()
