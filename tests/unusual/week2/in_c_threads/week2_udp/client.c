/* A chat client in C with POSIX threads: one listens, one waits for signals, and the first types. */
#define _POSIX_C_SOURCE 200809L
#include <netdb.h>
#include <pthread.h>
#include <regex.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t news;
static char wanted[64];  /* what is waited for; empty while nothing is */
static char refusal[256];
static int udp;
static int joined;

static void say(const char *text)
{
    send(udp, text, strlen(text), 0);
}

static int is_known(long id)
{
    static unsigned char bits[1 << 20];
    unsigned at = (unsigned long)id % (8 << 20);
    int was = bits[at / 8] >> at % 8 & 1;
    bits[at / 8] |= 1 << at % 8;
    return was;
}

static void *listens(void *unused)
{
    char came[65536], got[64];
    regex_t form;
    regmatch_t at[4];
    (void)unused;
    if (regcomp(&form, "^MSG ([0-9]{1,10}) ([A-Za-z0-9_-]{1,20}) (.+)$", REG_EXTENDED))
        abort();
    for (;;) {
        ssize_t size = recv(udp, came, sizeof came - 1, 0);
        if (size < 0)
            continue;
        came[size] = '\0';
        if (!regexec(&form, came, 4, at, 0)) {
            long id = atol(came + at[1].rm_so);
            if (!is_known(id)) {
                came[at[2].rm_eo] = '\0';
                flockfile(stdout);
                printf("%s: %s\n", came + at[2].rm_so, came + at[3].rm_so);
                fflush(stdout);
                funlockfile(stdout);
            }
            snprintf(got, sizeof got, "GOT %ld", id);
            say(got);
            continue;
        }
        pthread_mutex_lock(&lock);
        if (wanted[0] && !strcmp(came, wanted)) {
            wanted[0] = '\0';
            pthread_cond_signal(&news);
        } else if (wanted[0] && !strncmp(came, "ERROR ", 6)) {
            wanted[0] = '\0';
            snprintf(refusal, sizeof refusal, "%.250s", came + 6);
            pthread_cond_signal(&news);
        }
        pthread_mutex_unlock(&lock);
    }
    return NULL;
}

/* 0: answered; 1: refused; 2: silence. */
static int ask(const char *text, const char *answer, int tries)
{
    int result = 2;
    pthread_mutex_lock(&lock);
    refusal[0] = '\0';
    snprintf(wanted, sizeof wanted, "%s", answer);
    while (result == 2 && tries--) {
        struct timespec until;
        say(text);
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_nsec += 250000000;
        if (until.tv_nsec >= 1000000000) {
            until.tv_nsec -= 1000000000;
            until.tv_sec++;
        }
        while (wanted[0] && !pthread_cond_timedwait(&news, &lock, &until))
            ;
        if (!wanted[0])
            result = refusal[0] ? 1 : 0;
    }
    wanted[0] = '\0';
    pthread_mutex_unlock(&lock);
    return result;
}

/* Ctrl-C is nobody's interruption: a thread waits for it. */
static void *waits_for_ctrl_c(void *set)
{
    int number;
    sigwait(set, &number);
    if (joined) {
        pthread_mutex_lock(&lock);
        int is_busy = wanted[0] != '\0';
        pthread_mutex_unlock(&lock);
        if (is_busy)
            say("BYE");
        else
            ask("BYE", "BYE", 4);
    }
    fflush(stdout);
    _exit(0);
}

static int usage(void)
{
    fputs("Usage: client HOST PORT NAME\n", stderr);
    return 2;
}

int main(int argc, char *argv[])
{
    char *end;
    if (argc != 4)
        return usage();
    unsigned long port = strtoul(argv[2], &end, 10);
    if (argv[2][0] < '0' || argv[2][0] > '9' || *end || port < 1 || port > 65535)
        return usage();
    regex_t name;
    if (regcomp(&name, "^[A-Za-z0-9_-]{1,20}$", REG_EXTENDED | REG_NOSUB) || regexec(&name, argv[3], 0, NULL, 0))
        return usage();

    struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_DGRAM}, *server;
    int error = getaddrinfo(argv[1], argv[2], &hints, &server);
    if (error) {
        fprintf(stderr, "%s: %s\n", argv[1], gai_strerror(error));
        return 1;
    }
    udp = socket(server->ai_family, server->ai_socktype, 0);
    if (udp < 0 || connect(udp, server->ai_addr, server->ai_addrlen)) {
        perror(argv[1]);
        return 1;
    }

    static sigset_t set;
    pthread_t thread;
    pthread_condattr_t clock;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    pthread_condattr_init(&clock);
    pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
    pthread_cond_init(&news, &clock);
    if (pthread_create(&thread, NULL, listens, NULL) || pthread_create(&thread, NULL, waits_for_ctrl_c, &set)) {
        fputs("no threads\n", stderr);
        return 1;
    }

    char text[4096], answer[64];
    snprintf(text, sizeof text, "HELLO %s", argv[3]);
    snprintf(answer, sizeof answer, "WELCOME %s", argv[3]);
    switch (ask(text, answer, 20)) {
    case 1:
        fprintf(stderr, "%s\n", refusal);
        return 1;
    case 2:
        fprintf(stderr, "There is no answer from %s.\n", argv[1]);
        return 1;
    }
    joined = 1;
    char *line = NULL;
    size_t room = 0;
    ssize_t size;
    for (int number = 1; (size = getline(&line, &room, stdin)) > 0;) {
        if (line[size - 1] == '\n')
            line[--size] = '\0';
        if (!strcmp(line, "/quit"))
            break;
        if (!size)
            continue;
        if (snprintf(text, sizeof text, "SAY %d %s", number, line) > 1200) {
            printf("%zd bytes: too long.\n", size);
            continue;
        }
        snprintf(answer, sizeof answer, "OK %d", number++);
        switch (ask(text, answer, 20)) {
        case 1:
            printf("%s\n", refusal);
            break;
        case 2:
            fprintf(stderr, "There is no answer any more.\n");
            _exit(1);
        }
    }
    ask("BYE", "BYE", 4);
    fflush(stdout);
    _exit(0);
}
