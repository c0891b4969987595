################################################################
#                                                              #
#   LAB 5                                                      #
#   TCP ECHO SERVER                                            #
#   Author: Emre Yilmaz                                        #
#                                                              #
################################################################

# import the socket library, this is for sockets
import socket

# import sys, this is for sys.argv and sys.exit
import sys

# the maximum number of bytes in a message (from the assignment)
MAX_BYTES = 1024

# the exit status for wrong arguments (from the assignment)
WRONG_ARGUMENTS = 2

# the exit status for every other problem (I chose 1)
OTHER_PROBLEM = 1


# this function prints how to use the program and ends it
def print_usage_and_exit():
    # sys.stderr is the standard error stream
    print("USAGE: python server.py HOST PORT", file=sys.stderr)
    # end the program
    sys.exit(WRONG_ARGUMENTS)


# sys.argv[0] is the name of the program, so there must be 3 elements (not 2!)
if len(sys.argv) != 3:
    # wrong number of arguments
    print_usage_and_exit()

# the first argument is the host
host = sys.argv[1]

# the second argument is the port, but it is a string
port_as_text = sys.argv[2]

# try to make a number of it
try:
    # int() makes a number from a string
    port = int(port_as_text)
# this happens if the string is not a number
except ValueError:
    # not a number
    print_usage_and_exit()

# a port has 16 bits, so it is at most 65535 (2 ** 16 - 1)
if port > 65535:
    # too big
    print_usage_and_exit()

# 0 would mean "any free port" and negative ports do not exist
if port < 1:
    # too small
    print_usage_and_exit()

# make a socket. AF_INET = IPv4, SOCK_STREAM = TCP
s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)

# allow to use the port again immediately (SO_REUSEADDR = 1 means yes)
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)

# bind can go wrong
try:
    # bind the socket to the host and the port (it is a tuple, so two parentheses)
    s.bind((host, port))
    # start to listen
    s.listen()
# OSError is the error for sockets
except OSError as error:
    # tell the user
    print("The server could not be started:", error)
    # close the socket
    s.close()
    # end the program
    sys.exit(OTHER_PROBLEM)

# wait for a client. accept gives back two things: a new socket and an address
c, address = s.accept()

# receive the message from the client
message = c.recv(MAX_BYTES)

# send the message back to the client
c.sendall(message)

# close the socket of the client
c.close()

# close the socket of the server
s.close()

# end the program, 0 means everything was good
sys.exit(0)

# end of file
