"""Week 3: a chat client over HTTP, with requests.

It is started with: python lab5/week3_http/client.py URL NAME
"""


def main():
    # TODO 1: take URL and NAME from sys.argv; if they are not as the handout says, print a usage line on sys.stderr
    #         and end with status 2.
    # TODO 2: ask for the messages so far, to learn the last id; if the answer is not as agreed, say so and end.
    # TODO 3: post each line that is typed; show the server's sentence if it refuses one.
    # TODO 4: start a thread that asks for messages, one long poll after another, and prints each as `name: text`.
    # TODO 5: repeat what got no answer, or 503, after a pause: a POST with the same Idempotency-Key.
    # TODO 6: at the end of the input, at /quit and on Ctrl-C end with status 0.
    print("Nothing here yet. Write TODO 1 and TODO 2 in week3_http/client.py first, then run: make test-week3")


if __name__ == "__main__":
    main()
