# Carmen Reyes
# Laboratorio 5, semana 2: cliente de chat UDP

import socket
import sys
import time

if len(sys.argv) != 4:
    print("Usage: client.py HOST PORT NAME", file=sys.stderr)
    sys.exit(2)

try:
    puerto = int(sys.argv[2])
except ValueError:
    puerto = -1

if puerto < 1 or puerto > 65535:
    print("Usage: client.py HOST PORT NAME (puerto 1-65535)", file=sys.stderr)
    sys.exit(2)

nombre = sys.argv[3]
servidor = (socket.gethostbyname(sys.argv[1]), puerto)
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
vistos = set()


def enviar(texto):
    s.sendto(texto.encode(), servidor)


def recibir(segundos):
    """Espera un datagrama. Los mensajes se imprimen aqui, lo demas se devuelve."""
    s.settimeout(segundos)
    try:
        datos, quien = s.recvfrom(2048)
    except (TimeoutError, ConnectionError):
        return ""
    if quien != servidor:
        return ""
    try:
        texto = datos.decode()
    except UnicodeDecodeError:
        return ""
    partes = texto.split(" ", 3)
    if partes[0] == "MSG" and len(partes) == 4:
        if partes[1] not in vistos:
            vistos.add(partes[1])
            print(partes[2] + ": " + partes[3])
        enviar("GOT " + partes[1])
        return ""
    return texto


def preguntar(texto, respuesta, veces=20):
    for i in range(veces):
        enviar(texto)
        fin = time.time() + 0.25
        while time.time() < fin:
            r = recibir(0.25)
            if r == respuesta or r.startswith("ERROR"):
                return r
    return ""


def mirar():
    """Mira si hay mensajes nuevos."""
    fin = time.time() + 0.3
    while time.time() < fin:
        recibir(0.1)


def principal():
    r = preguntar("HELLO " + nombre, "WELCOME " + nombre)
    if r == "":
        sys.exit("el servidor no contesta")
    if r.startswith("ERROR"):
        sys.exit("el servidor dice que no: " + r)
    numero = 1
    while True:
        try:
            linea = input()
        except EOFError:
            break
        if linea == "/quit":
            break
        if linea == "":
            mirar()
            continue
        if len(linea.encode()) > 1180:
            print("la linea es demasiado larga")
            continue
        r = preguntar("SAY " + str(numero) + " " + linea, "OK " + str(numero))
        if r == "":
            sys.exit("el servidor ya no contesta")
        numero += 1
        mirar()
    preguntar("BYE", "BYE", 3)


try:
    principal()
except KeyboardInterrupt:
    enviar("BYE")
