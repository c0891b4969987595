/* A client: poll() for keyboard and server, and a buffer of lines for each. */
#include <netdb.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define SIZE 131072

struct lines { char bytes[SIZE]; size_t used; };
static struct lines typed, came;
static int server, logged_in, asked;
static volatile sig_atomic_t interrupted;
static char people[1000][24];
static size_t present;

static void stop(int number) { (void)number; interrupted = 1; }

static void fail(const char *sentence) { fprintf(stderr, "%s\n", sentence); exit(1); }

static void show(const char *text)
{
    for (; *text; text++)
        putchar((unsigned char)*text < 32 || *text == 127 ? '?' : *text);
    putchar('\n');
    fflush(stdout);
}

static void tell(const char *before, const char *text)
{
    static char line[SIZE + 100];
    snprintf(line, sizeof line, "%s%s", before, text);
    show(line);
}

static void say(const char *word, const char *rest)
{
    static char line[SIZE + 100];
    int length = snprintf(line, sizeof line, "%s%s\n", word, rest);
    if (length > 512) { show("That is too long for a line."); return; }
    send(server, line, length, MSG_NOSIGNAL);
}

static void comes(const char *name)
{
    if (present < 1000) snprintf(people[present++], sizeof *people, "%s", name);
}

static void goes(const char *name)
{
    for (size_t i = 0; i < present; i++)
        if (!strcmp(people[i], name)) memcpy(people[i--], people[--present], sizeof *people);
}

/* `bob hi` as `bob: hi`, with something before and behind. */
static void said(const char *before, char *rest, const char *behind)
{
    static char line[SIZE + 100];
    char *text = strchr(rest, ' ');
    if (!text) return;
    *text++ = 0;
    snprintf(line, sizeof line, "%s%s: %s%s", before, rest, text, behind);
    show(line);
}

static void hear(char *line)
{
    if (!logged_in) {
        if (!strncmp(line, "OK LOGIN ", 9)) { logged_in = 1; return; }
        if (strncmp(line, "ERR 400 ", 8) && strncmp(line, "ERR 409 ", 8)) fail("that is no chat server");
        show(line + 8);
        printf("name: ");
        fflush(stdout);
        asked = 0;
        return;
    }
    char *rest = strchr(line, ' ');
    if (!rest) { show(line); return; }
    *rest++ = 0;
    if (!strcmp(line, "ALL")) said("", rest, "");
    else if (!strcmp(line, "FROM")) said("", rest, "   <- for you only");
    else if (!strcmp(line, "ROOM")) {
        char *name = strchr(rest, ' ');
        if (!name) return;
        *name++ = 0;
        char room[32];
        snprintf(room, sizeof room, "%s ", rest);
        said(room, name, "");
    }
    else if (!strcmp(line, "+")) { comes(rest); tell("now here: ", rest); }
    else if (!strcmp(line, "-")) { goes(rest); tell("no longer here: ", rest); }
    else if (!strcmp(line, "USERS")) {
        present = 0;
        for (char *name = strtok(rest, " "); name; name = strtok(NULL, " ")) comes(name);
    }
    else if (!strcmp(line, "ERR")) tell("! ", rest);
    else if (strcmp(line, "OK")) { printf("%s ", line); show(rest); }
}

/* Whether the user goes on. */
static int obey(char *line)
{
    static const char *commands[] = {"tell", "create", "join", "part", "room", "rooms", NULL};
    if (!strcmp(line, "/quit")) return 0;
    if (!logged_in) { say("LOGIN ", line); asked = 1; return 1; }
    if (!strcmp(line, "/who")) {
        for (size_t i = 0; i < present; i++) tell("  here: ", people[i]);
        return 1;
    }
    if (*line != '/') { if (*line) say("ALL ", line); return 1; }
    size_t length = strcspn(line + 1, " ");
    for (const char **each = commands; *each; each++)
        if (strlen(*each) == length && !strncmp(line + 1, *each, length)) { say("", line + 1); return 1; }
    show("There is no such command.");
    return 1;
}

static ssize_t fill(struct lines *from, int fd)
{
    ssize_t count = read(fd, from->bytes + from->used, SIZE - 1 - from->used);
    if (count > 0) from->used += count;
    return count;
}

static char *next(struct lines *from)
{
    static char line[SIZE];
    char *end = memchr(from->bytes, '\n', from->used);
    if (!end) return NULL;
    size_t length = end - from->bytes;
    memcpy(line, from->bytes, length);
    line[length] = 0;
    from->used -= length + 1;
    memmove(from->bytes, end + 1, from->used);
    return line;
}

static void leave(void)
{
    if (logged_in) {
        say("LOGOUT", "");
        struct pollfd entry = {server, POLLIN, 0};
        for (time_t end = time(NULL) + 1; time(NULL) <= end && poll(&entry, 1, 500) >= 0;)
            if (entry.revents && read(server, came.bytes, SIZE) <= 0) break;
    }
    exit(0);
}

int main(int count, char **words)
{
    char *end = "no", *line;
    long port = count == 3 ? strtol(words[2], &end, 10) : 0;
    if (count != 3 || *end || port < 1 || port > 65535) {
        fprintf(stderr, "usage: %s HOST PORT\n", words[0]);
        return 2;
    }
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found;
    if (getaddrinfo(words[1], words[2], &hints, &found)) fail("there is no such host");
    for (; found; found = found->ai_next) {
        server = socket(found->ai_family, SOCK_STREAM, 0);
        if (!connect(server, found->ai_addr, found->ai_addrlen)) break;
        close(server);
    }
    if (!found) fail("nobody answers there");
    sigaction(SIGINT, &(struct sigaction){.sa_handler = stop}, NULL);
    printf("name: ");
    fflush(stdout);
    struct pollfd polled[] = {{server, POLLIN, 0}, {0, POLLIN, 0}};
    while (!interrupted) {
        polled[1].fd = logged_in || !asked ? 0 : -1; /* the answer to LOGIN comes first */
        if (poll(polled, 2, -1) < 0) continue;
        if (polled[0].revents && fill(&came, server) <= 0) fail("the server has gone");
        while ((line = next(&came))) hear(line);
        if (polled[1].fd < 0 || !polled[1].revents) continue;
        if (fill(&typed, 0) <= 0) break;
        while ((line = next(&typed))) {
            if (!obey(line)) leave();
            while (!logged_in && asked && typed.used) { /* typed ahead */
                if (fill(&came, server) <= 0) fail("the server has gone");
                while ((line = next(&came))) hear(line);
            }
        }
    }
    leave();
}
