#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static volatile sig_atomic_t stopping;
static int registered;

static void stop(int number) { (void)number; stopping = 1; }

static int dial(const char *host, const char *port)
{
    struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *found, *each;
    int fd = -1;
    if (getaddrinfo(host, port, &hints, &found)) return -1;
    for (each = found; each; each = each->ai_next) {
        fd = socket(each->ai_family, each->ai_socktype, 0);
        if (!connect(fd, each->ai_addr, each->ai_addrlen)) break;
        close(fd);
        fd = -1;
    }
    freeaddrinfo(found);
    return fd;
}

static void hear(char *line)
{
    if (!registered) {
        if (!strncmp(line, "200", 3)) {
            registered = 1;
            printf("Registration successful.  Ready for messaging!\n> ");
        } else {
            fprintf(stderr, "The server does not register us: %.60s\n", line);
            exit(1);
        }
    } else if (!strcmp(line, "DISCONNECT CHAT/1.0")) {
        puts("\nThe server says that it is over.");
        exit(0);
    } else {
        for (char *c = line; *c; c++)
            if ((*c > 0 && *c < ' ') || *c == 127) *c = '.';
        printf("\n%s\n> ", line);
    }
    fflush(stdout);
}

static void say(int fd, const char *name, const char *line)
{
    if (!strcmp(line, "/quit")) stopping = 1;
    else if (*line) dprintf(fd, "@%s: %s\n", name, line);
    printf("> ");
    fflush(stdout);
}

/* Adds what read() brings to a buffer; calls back for each line. 0 at the end. */
static int lines(int from, char *buffer, size_t *size, int fd, const char *name)
{
    ssize_t got = read(from, buffer + *size, 65600 - *size);
    if (got < 0 && errno == EINTR) return 1;
    if (got <= 0) return 0;
    *size += (size_t)got;
    char *start = buffer, *end;
    while (!stopping && (end = memchr(start, '\n', (size_t)(buffer + *size - start)))) {
        *end = 0;
        if (fd < 0) hear(start);
        else say(fd, name, start);
        start = end + 1;
    }
    memmove(buffer, start, *size -= (size_t)(start - buffer));
    return 1;
}

int main(int argc, char **argv)
{
    static char typed[65601], came[65601];
    size_t typed_size = 0, came_size = 0;
    char host[200], port[6] = "";
    int length = 0;
    const char *letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
    if (argc != 3 || !*argv[1] || strlen(argv[1]) > 20 || strspn(argv[1], letters) != strlen(argv[1])
        || sscanf(argv[2], "chat://%199[^:/]:%5[0-9]%n", host, port, &length) != 2 || argv[2][length]
        || atoi(port) < 1 || atoi(port) > 65535) {
        fprintf(stderr, "usage: client USERNAME chat://HOST:PORT\n");
        return 2;
    }
    puts("Connecting to server ...");
    int fd = dial(host, port);
    if (fd < 0) {
        fprintf(stderr, "Nobody answers at %s:%s\n", host, port);
        return 1;
    }
    struct sigaction action = { .sa_handler = stop };
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    signal(SIGPIPE, SIG_IGN);
    dprintf(fd, "REGISTER %s CHAT/1.0\n", argv[1]);
    while (!stopping) {
        struct pollfd fds[2] = { { .fd = fd, .events = POLLIN }, { .fd = registered ? 0 : -1, .events = POLLIN } };
        if (poll(fds, 2, 200) <= 0) continue;
        if (fds[0].revents && !lines(fd, came, &came_size, -1, NULL)) {
            fprintf(stderr, "\nThe connection has ended.\n");
            return 1;
        }
        if (fds[1].revents && !lines(0, typed, &typed_size, fd, argv[1])) stopping = 1;
    }
    dprintf(fd, "DISCONNECT %s CHAT/1.0\n", argv[1]);
    puts("");
    return 0;
}
