/* A chat client in C: one thread, poll() on the keyboard and the socket, a queue of what is to be said. */
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { LONGEST = 1200, TRIES = 20, BYES = 4, PAUSE = 250, KNOWN = 4096 };

struct request {
    struct request *next;
    size_t size;
    char text[LONGEST + 1];
    char answer[40];
};

static int udp;
static struct request *first, **last = &first;
static int tries;
static long long due;
static unsigned long known[KNOWN];
static size_t known_count;
static volatile sig_atomic_t interrupted;

static void interrupt(int number)
{
    (void)number;
    interrupted = 1;
}

static long long now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

static void ask(const char *text, size_t size, const char *answer)
{
    struct request *r = calloc(1, sizeof *r);
    if (!r) {
        perror("client");
        exit(1);
    }
    memcpy(r->text, text, size);
    r->size = size;
    snprintf(r->answer, sizeof r->answer, "%s", answer);
    *last = r;
    last = &r->next;
}

static void done(void)
{
    struct request *r = first;
    first = r->next;
    if (!first)
        last = &first;
    free(r);
    tries = 0;
    due = 0;
}

static int is_new(unsigned long id)
{
    for (size_t i = 0; i < known_count && i < KNOWN; i++)
        if (known[i] == id)
            return 0;
    known[known_count++ % KNOWN] = id;
    return 1;
}

/* Whether these bytes are UTF-8 (RFC 3629). */
static int is_text(const unsigned char *s, size_t size)
{
    for (size_t i = 0; i < size;) {
        int more = s[i] < 0x80 ? 0 : s[i] >= 0xc2 && s[i] < 0xe0 ? 1 : s[i] >= 0xe0 && s[i] < 0xf0 ? 2
                 : s[i] >= 0xf0 && s[i] < 0xf5 ? 3 : -1;
        if (more < 0 || i + more >= size + (more == 0))
            return 0;
        for (int j = 1; j <= more; j++)
            if ((s[i + j] & 0xc0) != 0x80)
                return 0;
        i += more + 1;
    }
    return 1;
}

static void message(char *rest)
{
    char *end, got[40];
    unsigned long id = strtoul(rest, &end, 10);
    if (end == rest || *end != ' ' || rest[0] < '0' || rest[0] > '9')
        return;
    char *name = end + 1, *text = strchr(name, ' ');
    if (!text || text == name)
        return;
    *text++ = '\0';
    if (is_new(id)) {
        printf("%s: %s\n", name, text);
        fflush(stdout);
    }
    int size = snprintf(got, sizeof got, "GOT %lu", id);
    send(udp, got, size, 0);
}

/* Returns a status to end with, or -1. */
static int receive(void)
{
    char came[2049];
    ssize_t size = recv(udp, came, sizeof came - 1, 0);
    if (size < 0 || !is_text((unsigned char *)came, size))
        return -1;
    came[size] = '\0';
    if (!strncmp(came, "MSG ", 4)) {
        message(came + 4);
    } else if (first && !strcmp(came, first->answer)) {
        int is_bye = !strcmp(came, "BYE");
        done();
        return is_bye ? 0 : -1;
    } else if (first && !strncmp(came, "ERROR ", 6)) {
        fprintf(stderr, "client: the server says: %s\n", came + 6);
        if (!strncmp(first->text, "HELLO", 5))
            return 1;
        done();
    }
    return -1;
}

/* Takes what is typed; returns whether that is the end. */
static int typed(void)
{
    static char line[65536];
    static size_t length;
    static unsigned number = 1;
    ssize_t size = read(0, line + length, sizeof line - length);
    if (size <= 0)
        return 1;
    length += size;
    char *newline;
    while ((newline = memchr(line, '\n', length))) {
        size_t here = newline - line;
        char request[LONGEST + 1], answer[40];
        *newline = '\0';
        if (!strcmp(line, "/quit"))
            return 1;
        int head = snprintf(request, sizeof request, "SAY %u ", number);
        if (here + head > LONGEST) {
            printf("client: %zu bytes are too many for a line\n", here);
            fflush(stdout);
        } else if (here > 0) {
            memcpy(request + head, line, here);
            snprintf(answer, sizeof answer, "OK %u", number++);
            ask(request, head + here, answer);
        }
        length -= here + 1;
        memmove(line, newline + 1, length);
    }
    if (length == sizeof line)
        length = 0;
    return 0;
}

static int chat(void)
{
    int ended = 0, joined = 0;
    for (;;) {
        if (interrupted && !ended) {
            if (!joined)
                return 0;
            ended = 1;
            ask("BYE", 3, "BYE");
        }
        if (first && now() >= due) {
            int is_bye = !strcmp(first->text, "BYE");
            if (tries++ == (is_bye ? BYES : TRIES)) {
                if (!is_bye)
                    fprintf(stderr, "client: no answer from the server\n");
                return !is_bye;
            }
            send(udp, first->text, first->size, 0);
            due = now() + PAUSE;
        }
        struct pollfd sources[] = {{.fd = udp, .events = POLLIN}, {.fd = joined && !ended ? 0 : -1, .events = POLLIN}};
        long long wait = first ? due - now() : -1;
        if (poll(sources, 2, first && wait < 0 ? 0 : (int)wait) < 0)
            continue;
        if (sources[0].revents) {
            int status = receive();
            if (status >= 0)
                return status;
            joined = joined || !first;
        }
        if (sources[1].revents && typed()) {
            ended = 1;
            ask("BYE", 3, "BYE");
        }
    }
}

int main(int argc, char *argv[])
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
    char *end = NULL;
    long port = argc == 4 ? strtol(argv[2], &end, 10) : 0;
    if (argc != 4 || *end || port < 1 || port > 65535 || !*argv[3] || strlen(argv[3]) > 20
        || strspn(argv[3], letters) != strlen(argv[3])) {
        fprintf(stderr, "usage: client HOST PORT NAME\n");
        return 2;
    }
    struct addrinfo hints = {.ai_socktype = SOCK_DGRAM}, *found;
    int error = getaddrinfo(argv[1], argv[2], &hints, &found);
    if (error) {
        fprintf(stderr, "client: %s: %s\n", argv[1], gai_strerror(error));
        return 1;
    }
    udp = socket(found->ai_family, found->ai_socktype, found->ai_protocol);
    if (udp < 0 || connect(udp, found->ai_addr, found->ai_addrlen) < 0) {
        perror("client");
        return 1;
    }
    freeaddrinfo(found);
    struct sigaction action = {.sa_handler = interrupt}; /* no SA_RESTART: poll() is to notice it */
    sigaction(SIGINT, &action, NULL);

    char hello[40], welcome[40];
    int size = snprintf(hello, sizeof hello, "HELLO %s", argv[3]);
    snprintf(welcome, sizeof welcome, "WELCOME %s", argv[3]);
    ask(hello, size, welcome);
    return chat();
}
