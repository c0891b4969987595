"""Week 4: week 3's chat client, for people who have an account.

It is started with: python lab5/week4_auth/client.py URL STUDENT_ID [--register] [--name NAME] [--cacert FILE]

The chat goes here. There are three more files beside it, for parts that stand alone: account.py, tokens.py, asking.py.
They are a proposal. If you would rather write everything here, delete them.
"""


def main():
    # TODO 1: take URL, STUDENT_ID and the options from the command line; if they are not as the handout says, print a
    #         usage line on sys.stderr and end with status 2. Plain http to another machine: say why not, and end.
    # TODO 2: take the password from CHAT_PASSWORD, or ask for it without echo; log in; if it is wrong, say so, and ask
    #         again, three times at most. (account.py)
    # TODO 3: chat as in week 3, with the token in the Authorization header of every request. (asking.py)
    # TODO 4: with --register, open the account before you log in. (account.py)
    # TODO 5: keep the token in tokens.json, which only you can read, and use it at the next start without asking.
    #         (tokens.py)
    # TODO 6: when a token is refused (401), log in again in one of the two threads, and send the same request again.
    #         (account.py)
    # TODO 7: at /logout have the server forget the token, and forget it. (account.py)
    # TODO 8: https: trust --cacert alone; say so if a certificate is refused; follow no redirect, use no proxy.
    #         (asking.py)
    print("Nothing here yet. Write TODO 1 and TODO 2 in week4_auth/client.py first, then run: make test-week4")


if __name__ == "__main__":
    main()
