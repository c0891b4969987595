/* An echo server: one process, poll(), and a ring of bytes for nobody: what cannot be sent is not received. */
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define MOST 240
#define SIZE 65536

struct client { char bytes[SIZE]; size_t from, to; };
static struct client *clients[MOST];
static struct pollfd polled[MOST];

static void stop(int number) { (void)number; _exit(0); }

static int listening(const char *host, const char *port)
{
    struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM}, *found;
    int one = 1, listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    int why = getaddrinfo(host, port, &hints, &found);
    if (why) { fprintf(stderr, "%s: %s\n", host, gai_strerror(why)); exit(1); }
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(listener, found->ai_addr, found->ai_addrlen) < 0 || listen(listener, 256) < 0) {
        perror("cannot listen");
        exit(1);
    }
    return listener;
}

/* Whether the client goes on. */
static int serve(struct client *client, struct pollfd *entry)
{
    if (client->from == client->to && entry->revents & (POLLIN | POLLHUP | POLLERR)) {
        ssize_t count = recv(entry->fd, client->bytes, SIZE, 0);
        if (count == 0 || (count < 0 && errno != EAGAIN)) return 0;
        client->from = 0;
        client->to = count > 0 ? count : 0;
    }
    if (client->from < client->to) {
        ssize_t count = send(entry->fd, client->bytes + client->from, client->to - client->from, MSG_NOSIGNAL);
        if (count < 0 && errno != EAGAIN) return 0;
        client->from += count > 0 ? count : 0;
    }
    entry->events = client->from < client->to ? POLLOUT : POLLIN;
    return 1;
}

int main(int count, char **words)
{
    char *end = "no";
    long port = count == 3 ? strtol(words[2], &end, 10) : 0;
    if (count != 3 || *end || port < 1 || port > 65535) {
        fprintf(stderr, "usage: %s HOST PORT\n", words[0]);
        return 2;
    }
    signal(SIGINT, stop);
    signal(SIGTERM, stop);
    nfds_t used = 1;
    polled[0] = (struct pollfd){listening(words[1], words[2]), POLLIN, 0};
    for (;;) {
        poll(polled, used, -1);
        for (nfds_t i = used - 1; i > 0; i--) {
            if (!polled[i].revents || serve(clients[i], &polled[i])) continue;
            close(polled[i].fd);
            free(clients[i]);
            clients[i] = clients[--used];
            polled[i] = polled[used];
        }
        int taken = used < MOST ? accept4(polled[0].fd, NULL, NULL, SOCK_NONBLOCK) : -1;
        if (taken >= 0) {
            clients[used] = calloc(1, sizeof **clients);
            polled[used++] = (struct pollfd){taken, POLLIN, 0};
        }
    }
}
