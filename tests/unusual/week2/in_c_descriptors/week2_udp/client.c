/* A chat client in C for Linux: the clock, Ctrl-C, the keyboard and the network are four descriptors of one epoll. */
#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <netdb.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sysexits.h>
#include <unistd.h>

#define LENGTH 1200
#define WINDOW 16 /* lines in flight */

struct line {
    unsigned number; /* 0: free */
    int tries;
    bool is_fresh; /* the next tick comes too early to repeat it */
    size_t size;
    char text[LENGTH];
};

static struct line window[WINDOW];
static int network, ticks, signals, events;
static struct sockaddr_storage server;
static socklen_t server_size;
static enum { JOINING, CHATTING, LEAVING } state;
static unsigned next_number = 1, state_tries;
static uint32_t *ids, ids_count, ids_room;
static const char *name;

static void transmit(const char *text, size_t size)
{
    sendto(network, text, size, 0, (struct sockaddr *)&server, server_size);
}

static void print(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void print(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vdprintf(STDOUT_FILENO, format, arguments);
    va_end(arguments);
}

static _Noreturn void stop(const char *why)
{
    if (why)
        dprintf(STDERR_FILENO, "%s: %s\n", program_invocation_short_name, why);
    exit(why ? EX_UNAVAILABLE : EX_OK);
}

static void watch(int descriptor, bool is_watched)
{
    struct epoll_event event = {.events = EPOLLIN, .data.fd = descriptor};
    epoll_ctl(events, is_watched ? EPOLL_CTL_ADD : EPOLL_CTL_DEL, descriptor, &event);
}

static bool is_idle(void)
{
    for (int i = 0; i < WINDOW; i++)
        if (window[i].number)
            return false;
    return true;
}

/* What is repeated at each tick of the clock. */
static void repeat(void)
{
    char text[64];
    for (int i = 0; i < WINDOW; i++) {
        struct line *line = &window[i];
        if (!line->number)
            continue;
        if (line->is_fresh) {
            line->is_fresh = false;
            continue;
        }
        if (line->tries++ == 20)
            stop("a line has got no answer");
        transmit(line->text, line->size);
    }
    if (state == JOINING) {
        if (state_tries++ == 20)
            stop("nobody says WELCOME");
        transmit(text, snprintf(text, sizeof text, "HELLO %s", name));
    } else if (state == LEAVING && is_idle()) {
        if (state_tries++ == 5)
            stop(NULL);
        if (state_tries != 2) /* the tick after the first BYE comes too early */
            transmit("BYE", 3);
    }
}

static void leave(void)
{
    if (state == JOINING)
        stop(NULL);
    if (state == CHATTING) {
        state = LEAVING;
        state_tries = 0;
        watch(STDIN_FILENO, false);
        if (is_idle())
            repeat();
    }
}

static void type(const char *text, size_t size)
{
    struct line *line = window;
    if (size == 0)
        return;
    while (line->number)
        line++;
    /* What the server would refuse is refused here: its ERROR does not say which line it means. */
    const size_t most = LENGTH - strlen("MSG 2147483647  ") - strlen(name);
    if (size > most) {
        print("%s: the line is %zu bytes too long\n", name, size - most);
        return;
    }
    for (size_t i = 0; i < size; i++) {
        const unsigned char here = text[i], before = i ? text[i - 1] : 0;
        if ((here < ' ' && here != '\t') || here == 0x7f || (before == 0xc2 && here < 0xa0)) {
            print("%s: the line has a control character\n", name);
            return;
        }
    }
    char head[24];
    size_t length = snprintf(head, sizeof head, "SAY %u ", next_number);
    line->number = next_number++;
    line->tries = 1;
    line->is_fresh = true;
    line->size = length + size;
    memcpy(line->text, head, length);
    memcpy(line->text + length, text, size);
    transmit(line->text, line->size);
}

static char keyboard[1 << 16];
static size_t typed;
static bool is_paused;

static void take_lines(void)
{
    char *end;
    while (state == CHATTING && (end = memchr(keyboard, '\n', typed))) {
        int used = 0;
        for (int i = 0; i < WINDOW; i++)
            used += window[i].number != 0;
        if (used == WINDOW) {
            if (!is_paused)
                watch(STDIN_FILENO, false);
            is_paused = true;
            return;
        }
        size_t size = end - keyboard;
        if (size == 5 && !memcmp(keyboard, "/quit", 5))
            return leave();
        type(keyboard, size);
        typed -= size + 1;
        memmove(keyboard, end + 1, typed);
    }
    if (is_paused && state == CHATTING) {
        is_paused = false;
        watch(STDIN_FILENO, true);
    }
}

static void read_keyboard(void)
{
    ssize_t size = read(STDIN_FILENO, keyboard + typed, sizeof keyboard - typed);
    if (size <= 0)
        return leave();
    typed += size;
    take_lines();
}

static bool is_new(uint32_t id)
{
    for (uint32_t i = 0; i < ids_count; i++)
        if (ids[i] == id)
            return false;
    if (ids_count == ids_room) {
        ids_room = ids_room ? 2 * ids_room : 64;
        ids = realloc(ids, ids_room * sizeof *ids);
        if (!ids)
            stop("out of memory");
    }
    ids[ids_count++] = id;
    return true;
}

static void receive(void)
{
    char data[LENGTH * 2 + 1], who[21], text[64];
    struct sockaddr_storage sender = {0};
    socklen_t size = sizeof sender;
    ssize_t length = recvfrom(network, data, sizeof data - 1, 0, (struct sockaddr *)&sender, &size);
    if (length < 0 || size != server_size || memcmp(&sender, &server, size))
        return;
    data[length] = '\0';
    uint32_t number;
    int at = 0;
    if (sscanf(data, "MSG %" SCNu32 " %20[A-Za-z0-9_-]%n", &number, who, &at) == 2 && at && data[at] == ' ' && data[at + 1]) {
        if (is_new(number))
            print("%s: %s\n", who, data + at + 1);
        transmit(text, snprintf(text, sizeof text, "GOT %" PRIu32, number));
    } else if (sscanf(data, "OK %" SCNu32 "%n", &number, &at) == 1 && !data[at] && number) {
        for (int i = 0; i < WINDOW; i++)
            if (window[i].number == number)
                window[i].number = 0;
        take_lines();
        if (state == LEAVING && is_idle() && !state_tries)
            repeat();
    } else if (state == JOINING && !strncmp(data, "WELCOME ", 8) && !strcmp(data + 8, name)) {
        state = CHATTING;
        watch(STDIN_FILENO, true);
    } else if (!strncmp(data, "ERROR ", 6)) {
        if (state == JOINING)
            stop(data);
        dprintf(STDERR_FILENO, "%s\n", data);
    } else if (state == LEAVING && !strcmp(data, "BYE")) {
        stop(NULL);
    }
}

int main(int argc, char *argv[])
{
    unsigned port;
    char rest, checked[22];
    if (argc != 4 || sscanf(argv[2], "%5u%c", &port, &rest) != 1 || strchr("+- ", argv[2][0]) || port < 1 || port > 65535
        || sscanf(argv[3], "%21[A-Za-z0-9_-]%c", checked, &rest) != 1 || strlen(checked) > 20) {
        dprintf(STDERR_FILENO, "usage: client HOST PORT NAME\n");
        return 2;
    }
    name = argv[3];
    struct addrinfo *found, hints = {.ai_socktype = SOCK_DGRAM, .ai_flags = AI_NUMERICSERV};
    if (getaddrinfo(argv[1], argv[2], &hints, &found))
        stop("no such host");
    memcpy(&server, found->ai_addr, server_size = found->ai_addrlen);
    network = socket(found->ai_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigprocmask(SIG_BLOCK, &set, NULL);
    signals = signalfd(-1, &set, SFD_CLOEXEC);
    ticks = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
    events = epoll_create1(EPOLL_CLOEXEC);
    struct itimerspec quarter = {.it_interval.tv_nsec = 250000000, .it_value.tv_nsec = 250000000};
    if (network < 0 || signals < 0 || ticks < 0 || events < 0 || timerfd_settime(ticks, 0, &quarter, NULL))
        stop(strerror(errno));
    watch(network, true);
    watch(signals, true);
    watch(ticks, true);
    repeat();
    for (;;) {
        struct epoll_event ready;
        if (epoll_wait(events, &ready, 1, -1) < 1)
            continue;
        if (ready.data.fd == network) {
            receive();
        } else if (ready.data.fd == STDIN_FILENO) {
            read_keyboard();
        } else if (ready.data.fd == signals) {
            struct signalfd_siginfo which;
            if (read(signals, &which, sizeof which) == sizeof which)
                leave();
        } else {
            uint64_t times;
            if (read(ticks, &times, sizeof times) == sizeof times)
                repeat();
        }
    }
}
