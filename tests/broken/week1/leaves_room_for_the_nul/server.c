/* Echo server that reads one byte less than fits, to have room for a '\0'. */
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    char *rest = "";
    long port = argc == 3 ? strtol(argv[2], &rest, 10) : 0;
    if (port < 1 || port > 65535 || *rest) {
        fprintf(stderr, "usage: %s HOST PORT\n", argv[0]);
        return 2;
    }
    struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM}, *address;
    if (getaddrinfo(argv[1], argv[2], &hints, &address) != 0) {
        fprintf(stderr, "unknown host %s\n", argv[1]);
        return 1;
    }
    int yes = 1;
    int server = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(server, address->ai_addr, address->ai_addrlen) < 0 || listen(server, 1) < 0) {
        perror("cannot listen");
        return 1;
    }
    char buffer[1024];
    int client = accept(server, NULL, NULL);
    ssize_t length = recv(client, buffer, sizeof buffer - 1, 0);
    if (length > 0) {
        buffer[length] = '\0';
        send(client, buffer, length, 0);
    }
    close(client);
    close(server);
    return 0;
}
