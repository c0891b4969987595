"""To try my client without the lab's server. Says everything back as 'echo'."""
import socket

sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.bind(("localhost", 9000))
count = 0
while True:
    data, client = sock.recvfrom(2048)
    words = data.decode().strip().split(" ", 2)
    print(client, words)
    if words[0] == "HELLO":
        sock.sendto(b"WELCOME " + words[1].encode(), client)
    elif words[0] == "SAY":
        sock.sendto(b"OK " + words[1].encode(), client)
        count += 1
        sock.sendto(f"MSG {count} echo {words[2]}".encode(), client)
    elif words[0] == "BYE":
        sock.sendto(b"BYE", client)
