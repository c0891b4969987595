# Practica 5, semana 2: cliente de chat UDP
# Isabel Moreno

import queue
import re
import socket
import sys
import threading


def ayuda():
    print("Usage: python client.py HOST PORT NAME", file=sys.stderr)
    print("PORT tiene que ser un numero de 1 a 65535", file=sys.stderr)
    print("NAME: de 1 a 20 letras, cifras, _ o -", file=sys.stderr)
    sys.exit(2)


# comprobar los argumentos
if len(sys.argv) < 4:
    ayuda()

if not sys.argv[2].isdigit():
    ayuda()
puerto = int(sys.argv[2])
if puerto == 0 or puerto > 65535:
    ayuda()
nombre = sys.argv[3]
if re.fullmatch("[A-Za-z0-9_-]{1,20}", nombre) is None:
    ayuda()

servidor = (socket.gethostbyname(sys.argv[1]), puerto)
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
respuestas = queue.Queue()
impresos = set()


# el segundo hilo: recibe todo
def escuchar():
    while True:
        datos, origen = udp.recvfrom(2048)
        if origen != servidor:
            continue
        texto = datos.decode("utf-8", errors="replace")
        if texto.startswith("MSG "):
            campos = texto.split(" ", 3)
            if len(campos) == 4:
                if campos[1] not in impresos:
                    print(f"{campos[2]}: {campos[3]}", flush=True)
                    impresos.add(campos[1])
                udp.sendto(f"GOT {campos[1]}".encode(), servidor)
        else:
            respuestas.put(texto)


# enviar algo hasta que haya respuesta
def enviar(texto, respuesta, intentos=20):
    for intento in range(intentos):
        udp.sendto(texto.encode(), servidor)
        try:
            while True:
                recibido = respuestas.get(timeout=0.25)
                if recibido == respuesta:
                    return
                if recibido.startswith("ERROR"):
                    raise RuntimeError("el servidor ha contestado " + recibido)
        except queue.Empty:
            pass
    raise RuntimeError("el servidor no contesta")


def chatear():
    numero = 1
    while True:
        try:
            linea = input()
        except EOFError:
            return
        if linea == "/quit":
            return
        if not linea:
            continue
        datagrama = f"SAY {numero} {linea}"
        if len(datagrama.encode()) > 1200:
            print("Demasiado largo, no se ha enviado")
            continue
        enviar(datagrama, f"OK {numero}")
        numero += 1


threading.Thread(target=escuchar, daemon=True).start()
try:
    enviar(f"HELLO {nombre}", f"WELCOME {nombre}")
    chatear()
except KeyboardInterrupt:
    print("Adios")

# despedirse
try:
    enviar("BYE", "BYE", 4)
except RuntimeError:
    pass
