"""Week 5: a chat server with rooms.

It is started with: python lab5/week5_rooms/server.py IP PORT     or with: lab5/week5_rooms/start.sh PORT

The clients and the rooms go here. There is a second file, stream.py, for what is done with bytes. It is a proposal. If
you would rather write everything here, delete it.
"""

import sys

STUDENT_ID = "12345678"  # yours


def main():
    # TODO 1: take IP and PORT from sys.argv; if they are not as the handout says, print a usage line on sys.stderr and
    #         end with status 2. Listen there; if the port is taken, say so and end.
    # TODO 2: accept clients for ever, each in a thread of its own, and answer HELO.
    # TODO 3: cut the stream of bytes into requests: one recv may bring half a request, or three. (stream.py)
    # TODO 4: let clients join rooms: JOINED_CHATROOM, then the join message to all members; a lock for what is shared.
    # TODO 5: send each CHAT to all members of its room.
    # TODO 6: LEAVE_CHATROOM, DISCONNECT, and connections that drop: tell those who stay.
    # TODO 7: answer what is wrong with ERROR_CODE and ERROR_DESCRIPTION; end a request that is too long.
    # TODO 8: let a client that never reads stop nobody else. (stream.py)
    # TODO 9: end at KILL_SERVICE, and on Ctrl-C, with all connections.
    sys.exit("Nothing here yet. Write TODO 1 and TODO 2 in week5_rooms/server.py first, then run: make test-week5")


if __name__ == "__main__":
    main()
