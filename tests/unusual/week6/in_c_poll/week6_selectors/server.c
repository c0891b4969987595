/* One poll() for everybody. Clients that take no more wait in out[]; nobody has more than a MiB. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 512, LINE = 65536, WAITING = 1048576 };

struct client {
    char name[21];
    char *in, *out;
    size_t in_size, out_size;
};

static struct pollfd fds[MOST + 1];
static struct client clients[MOST + 1];
static int count = 1; /* 0 is the listener */
static volatile sig_atomic_t stopping;

static void stop(int number) { (void)number; stopping = 1; }

static void drop(int i) /* the place is filled at the end of a turn */
{
    if (fds[i].fd < 0) return;
    close(fds[i].fd);
    free(clients[i].in);
    free(clients[i].out);
    memset(&clients[i], 0, sizeof clients[i]);
    fds[i].fd = -1;
}

static void flush(int i)
{
    struct client *c = &clients[i];
    ssize_t sent = send(fds[i].fd, c->out, c->out_size, MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN) { drop(i); return; }
    if (sent > 0) memmove(c->out, c->out + sent, c->out_size -= (size_t)sent);
    if (c->out_size > WAITING) { drop(i); return; }
    fds[i].events = c->out_size ? POLLIN | POLLOUT : POLLIN;
}

static void put(int i, const char *data, size_t size)
{
    if (fds[i].fd < 0) return;
    clients[i].out = realloc(clients[i].out, clients[i].out_size + size);
    memcpy(clients[i].out + clients[i].out_size, data, size);
    clients[i].out_size += size;
    flush(i);
}

static void sign_on(int i, char *line, size_t size)
{
    char name[21], again[64];
    line[size] = 0; /* instead of \n */
    if (strlen(line) != size || sscanf(line, "REGISTER %20[A-Za-z0-9_-]", name) != 1
        || (snprintf(again, sizeof again, "REGISTER %s CHAT/1.0", name), strcmp(again, line))) {
        put(i, "400 Invalid registration\n", 25);
        drop(i);
        return;
    }
    for (int other = 1; other < count; other++)
        if (fds[other].fd >= 0 && !strcmp(clients[other].name, name)) {
            put(i, "401 Client already registered\n", 30);
            drop(i);
            return;
        }
    strcpy(clients[i].name, name);
    put(i, "200 Registration successful\n", 28);
}

static void take(int i, char *line, size_t size)
{
    char last[64];
    if (!clients[i].name[0]) { sign_on(i, line, size - 1); return; }
    int length = snprintf(last, sizeof last, "DISCONNECT %s CHAT/1.0\n", clients[i].name);
    if (size == (size_t)length && !memcmp(line, last, size)) { drop(i); return; }
    for (int other = 1; other < count; other++)
        if (other != i && clients[other].name[0]) put(other, line, size);
}

static void receive(int i)
{
    struct client *c = &clients[i];
    if (!c->in) c->in = malloc(LINE);
    ssize_t got = recv(fds[i].fd, c->in + c->in_size, LINE - c->in_size, 0);
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) { drop(i); return; }
    c->in_size += (size_t)got;
    char *start = c->in, *end;
    while (fds[i].fd >= 0 && (end = memchr(start, '\n', (size_t)(c->in + c->in_size - start)))) {
        take(i, start, (size_t)(end + 1 - start));
        start = end + 1;
    }
    if (fds[i].fd < 0) return;
    memmove(c->in, start, c->in_size -= (size_t)(start - c->in));
    if (c->in_size == LINE) drop(i);
}

static void join(void)
{
    int fd = accept(fds[0].fd, NULL, NULL);
    if (fd < 0) return;
    if (count > MOST) { close(fd); return; }
    fcntl(fd, F_SETFL, O_NONBLOCK);
    fds[count] = (struct pollfd){ .fd = fd, .events = POLLIN };
    memset(&clients[count++], 0, sizeof clients[0]);
}

static void turn(int milliseconds)
{
    if (poll(fds, (nfds_t)count, milliseconds) <= 0) return;
    int there = count;
    for (int i = 1; i < there; i++) {
        if (fds[i].fd >= 0 && fds[i].revents & POLLOUT) flush(i);
        if (fds[i].fd >= 0 && fds[i].revents & (POLLIN | POLLHUP | POLLERR)) receive(i);
    }
    if (fds[0].revents & POLLIN) join();
    for (int i = count - 1; i >= 1; i--)
        if (fds[i].fd < 0) {
            fds[i] = fds[--count];
            clients[i] = clients[count];
        }
}

int main(int argc, char **argv)
{
    struct sockaddr_in address = { .sin_family = AF_INET };
    socklen_t size = sizeof address;
    char *end = "";
    if (argc == 3 && !strcmp(argv[1], "--port")) address.sin_port = htons((unsigned short)strtol(argv[2], &end, 10));
    if ((argc != 1 && argc != 3) || *end) {
        fprintf(stderr, "usage: server [--port PORT]\n");
        return 2;
    }
    int listener = socket(AF_INET, SOCK_STREAM, 0), yes = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 128)) {
        perror("cannot listen");
        return 1;
    }
    getsockname(listener, (struct sockaddr *)&address, &size);
    printf("Will wait for client messages at port %d\n", ntohs(address.sin_port));
    puts("Waiting for incoming client connections ...");
    fflush(stdout);
    struct sigaction action = { .sa_handler = stop };
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    fds[0] = (struct pollfd){ .fd = listener, .events = POLLIN };
    while (!stopping) turn(200);
    for (int i = 1; i < count; i++)
        if (clients[i].name[0]) put(i, "DISCONNECT CHAT/1.0\n", 20);
    return 0;
}
