"""Week 2: a chat client over UDP, which loses, repeats and reorders datagrams.

It is started with: python lab5/week2_udp/client.py HOST PORT NAME
"""


def main():
    # TODO 1: take HOST, PORT and NAME from sys.argv; if they are not as the handout says, print a usage line on
    #         sys.stderr and end with status 2.
    # TODO 2: make a UDP socket and send HELLO with your name, again every 0.25 seconds until WELCOME comes; after 20
    #         tries, or when ERROR comes, say so and end.
    # TODO 3: start a thread that receives; it prints each MSG as `name: text`, and then answers with GOT.
    # TODO 4: send each line that is typed as SAY, numbered from 1, again every 0.25 seconds until its OK comes.
    # TODO 5: print a repeated MSG only once, but answer it; ignore what makes no sense, or comes from elsewhere.
    # TODO 6: at the end of the input, at /quit and on Ctrl-C say BYE, and end with status 0.
    print("Nothing here yet. Write TODO 1 and TODO 2 in week2_udp/client.py first, then run: make test-week2")


if __name__ == "__main__":
    main()
