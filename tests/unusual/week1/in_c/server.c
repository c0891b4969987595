/* Echo one message, in C: Berkeley sockets as they were meant. */
#define _POSIX_C_SOURCE 200809L
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int usage(void)
{
    fprintf(stderr, "Usage: server HOST PORT (PORT from 1 to 65535)\n");
    return 2;
}

static int fail(const char *what)
{
    perror(what);
    return EXIT_FAILURE;
}

int main(int argc, char *argv[])
{
    if (argc != 3)
        return usage();
    char *end;
    long port = strtol(argv[2], &end, 10);
    if (end == argv[2] || *end != '\0' || port < 1 || port > 65535)
        return usage();

    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *address;
    hints.ai_family = strchr(argv[1], ':') ? AF_INET6 : AF_INET;
    int error = getaddrinfo(argv[1], argv[2], &hints, &address);
    if (error) {
        fprintf(stderr, "%s: %s\n", argv[1], gai_strerror(error));
        return EXIT_FAILURE;
    }

    int listener = socket(address->ai_family, address->ai_socktype, address->ai_protocol);
    int yes = 1;
    if (listener < 0 || setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) < 0)
        return fail("socket");
    if (bind(listener, address->ai_addr, address->ai_addrlen) < 0)
        return fail("bind");
    freeaddrinfo(address);
    if (listen(listener, 1) < 0)
        return fail("listen");

    int connection = accept(listener, NULL, NULL);
    if (connection < 0)
        return fail("accept");
    char message[1024];
    ssize_t size = recv(connection, message, sizeof message, 0);
    if (size > 0)
        send(connection, message, size, MSG_NOSIGNAL);
    close(connection);
    close(listener);
    return EXIT_SUCCESS;
}
