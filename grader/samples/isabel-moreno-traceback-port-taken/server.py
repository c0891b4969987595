# Practica 5: servidor de eco TCP
# Isabel Moreno

import socket
import sys


def ayuda():
    print("Usage: python server.py HOST PORT", file=sys.stderr)
    print("PORT tiene que ser un numero de 1 a 65535", file=sys.stderr)
    sys.exit(2)


# comprobar los argumentos
if len(sys.argv) < 3:
    ayuda()

host = sys.argv[1]
if not sys.argv[2].isdigit():
    ayuda()
puerto = int(sys.argv[2])
if puerto == 0 or puerto > 65535:
    ayuda()

# crear el socket y esperar al cliente
servidor = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
servidor.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
servidor.bind((host, puerto))
servidor.listen(1)

cliente, direccion = servidor.accept()
print("Se ha conectado", direccion)

# recibir el mensaje y devolverlo tal cual
datos = cliente.recv(1024)
cliente.sendall(datos)

cliente.close()
servidor.close()
