################################################################
#                                                              #
#   LAB 5 WEEK 2                                               #
#   UDP CHAT CLIENT                                            #
#   Author: Emre Yilmaz                                        #
#                                                              #
################################################################

# import the queue library, this is for the answers
import queue

# import the re library, this is for the name
import re

# import the socket library, this is for sockets
import socket

# import sys, this is for sys.argv and sys.exit
import sys

# import threading, this is for threads
import threading

# the maximum number of bytes in a datagram (from the assignment)
MAX_BYTES = 1200

# the number of tries (from the assignment)
MAX_TRIES = 20

# the seconds between two tries (up to 1 is fine)
SECONDS = 1

# the exit status for wrong arguments (from the assignment)
WRONG_ARGUMENTS = 2


# this function prints how to use the program and ends it
def print_usage_and_exit():
    # sys.stderr is the standard error stream
    print("USAGE: python client.py HOST PORT NAME", file=sys.stderr)
    # end the program
    sys.exit(WRONG_ARGUMENTS)


# there must be 4 arguments: the program, HOST, PORT and NAME
if len(sys.argv) != 4:
    print_usage_and_exit()

# the port must be a number
if not sys.argv[2].isdecimal():
    print_usage_and_exit()

# convert the port to a number
port = int(sys.argv[2])

# the port must be from 1 to 65535
if port < 1 or port > 65535:
    print_usage_and_exit()

# the name is the third argument
name = sys.argv[3]

# check the name with a regular expression (from the assignment)
if not re.fullmatch(r"[A-Za-z0-9_-]{1,20}", name):
    print_usage_and_exit()

# make a socket. AF_INET = IPv4, SOCK_DGRAM = UDP
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

# connect does not really connect, it remembers the address of the server
s.connect((sys.argv[1], port))

# the queue for the answers of the server
answers = queue.Queue()

# the set of the messages that I have printed
printed = set()

# the number of the next line, it begins with 1
number = 1


# this function sends a text to the server
def send(text):
    try:
        # encode makes bytes from the text
        s.send(text.encode())
    # nobody is there
    except ConnectionError:
        pass


# this function runs in the second thread
def listen():
    # forever
    while True:
        try:
            # receive a datagram and make a text from it
            text = s.recv(2048).decode()
        # nobody is there
        except ConnectionError:
            continue
        # this is not UTF-8
        except UnicodeDecodeError:
            continue
        # split the text into at most 4 parts
        parts = text.split(" ", 3)
        # is it a message?
        if parts[0] == "MSG":
            # it must have 4 parts
            if len(parts) == 4 and parts[1].isdecimal():
                # is it new?
                if parts[1] not in printed:
                    # print it
                    print(parts[2] + ": " + parts[3], flush=True)
                    # remember it
                    printed.add(parts[1])
                # answer it, also if it is not new
                send("GOT " + parts[1])
        # it is something else
        else:
            # give it to the first thread
            answers.put(text)


# this function waits for an answer, it returns None if there is none
def wait_for_answer(answer):
    while True:
        try:
            # get the next answer from the queue
            text = answers.get(timeout=SECONDS)
        # the time is over
        except queue.Empty:
            return None
        # it is the right answer, or an error
        if text == answer or text.startswith("ERROR "):
            return text


# this function says HELLO
def hello():
    # try 20 times
    for i in range(MAX_TRIES):
        # say hello
        send("HELLO " + name)
        # wait
        answer = wait_for_answer("WELCOME " + name)
        # there is an answer
        if answer is not None:
            return answer
    # nobody answers
    sys.exit("The server does not answer.")


# this function says one line
def say(line):
    # the number is used in this function and must not be forgotten
    global number
    # try 20 times
    for i in range(MAX_TRIES):
        # say the line
        send("SAY " + str(number) + " " + line)
        # wait
        answer = wait_for_answer("OK " + str(number))
        # increase the number
        number = number + 1
        # there is an answer
        if answer is not None:
            return
    # nobody answers
    sys.exit("The server does not answer any more.")


# this function is the main function
def main():
    # start the second thread
    threading.Thread(target=listen, daemon=True).start()
    # say hello
    answer = hello()
    # is it an error?
    if answer.startswith("ERROR "):
        sys.exit("The server refuses: " + answer)
    # for each line from the keyboard
    for line in sys.stdin:
        # remove the newline
        line = line.rstrip("\n")
        # the user wants to quit
        if line == "/quit":
            break
        # nothing to say
        if line == "":
            continue
        # is it too long?
        if len(("SAY " + str(number) + " " + line).encode()) > MAX_BYTES:
            # tell the user
            print("The line is too long!")
            continue
        # say it
        say(line)
    # say bye
    send("BYE")
    # wait for the answer
    wait_for_answer("BYE")


try:
    # run the main function
    main()
# the user has pressed Ctrl-C
except KeyboardInterrupt:
    # say bye
    send("BYE")

# end of file
