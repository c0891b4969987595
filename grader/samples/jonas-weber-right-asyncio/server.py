"""Echo-Server mit asyncio: ein Client, eine Nachricht, dann ist Schluss."""

import asyncio
import socket
import sys


def fehler(text):
    print(f"usage: server.py HOST PORT ({text})", file=sys.stderr)
    sys.exit(2)


def argumente_lesen(argv):
    if len(argv) != 3:
        fehler("genau zwei Argumente")
    try:
        port = int(argv[2])
    except ValueError:
        fehler("PORT muss eine Zahl sein")
    if not 0 < port < 65536:
        fehler("PORT von 1 bis 65535")
    return argv[1], port


async def main(host, port):
    fertig = asyncio.Event()
    besetzt = False

    async def bedienen(reader, writer):
        nonlocal besetzt
        # Nur der erste Client wird bedient. asyncio nimmt aber auch die anderen an,
        # deshalb legen wir bei denen gleich wieder auf.
        if besetzt:
            writer.close()
            return
        besetzt = True
        try:
            nachricht = await reader.read(1024)
            writer.write(nachricht)
            await writer.drain()
            writer.close()
            await writer.wait_closed()
        except ConnectionError as e:
            print("Client ist weg:", e)
        finally:
            fertig.set()

    # SO_REUSEADDR setzt asyncio unter Linux von selbst
    server = await asyncio.start_server(bedienen, host, port, family=socket.AF_INET)
    print(f"warte auf {host}:{port}")
    await fertig.wait()
    server.close()


if __name__ == "__main__":
    host, port = argumente_lesen(sys.argv)
    try:
        asyncio.run(main(host, port))
    except OSError as e:
        print(f"Port {port} geht nicht: {e}", file=sys.stderr)
        sys.exit(1)
