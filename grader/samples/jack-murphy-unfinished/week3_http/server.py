"""Week 3: a chat server over HTTP, with Flask.

It is started with: python lab5/week3_http/server.py HOST PORT
"""


def main():
    # TODO 1: take HOST and PORT from sys.argv; if they are not as the handout says, print a usage line on sys.stderr
    #         and end with status 2.
    # TODO 2: make a Flask app that answers GET /health, and run it on HOST and PORT.
    # TODO 3: store what is sent to POST /messages, and answer 201; answer GET /messages/ID.
    # TODO 4: answer GET /messages?after=ID with what came after ID.
    # TODO 5: answer what is wrong with 400, 404, 405, 413 or 415, and a sentence in JSON.
    # TODO 6: remember each Idempotency-Key and what was answered; let only one thread at a time touch what is stored.
    # TODO 7: let GET /messages?after=ID&wait=SECONDS wait until there is something.
    print("Nothing here yet. Write TODO 1 and TODO 2 in week3_http/server.py first, then run: make test-week3")


if __name__ == "__main__":
    main()
