/* Echo server that sends the '\0' behind the text, too. */
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define SIZE 1024

int main(int argc, char *argv[])
{
    if (argc != 3 || atoi(argv[2]) < 1 || atoi(argv[2]) > 65535) {
        fprintf(stderr, "usage: server HOST PORT\n");
        exit(2);
    }
    struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM}, *where;
    if (getaddrinfo(argv[1], argv[2], &hints, &where) != 0) {
        fprintf(stderr, "no such host: %s\n", argv[1]);
        exit(1);
    }
    int listener = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (bind(listener, where->ai_addr, where->ai_addrlen) == -1) {
        perror("bind");
        exit(1);
    }
    listen(listener, 1);
    int conn = accept(listener, NULL, NULL);

    char text[SIZE + 1];
    int n = recv(conn, text, SIZE, 0);
    if (n > 0) {
        text[n] = '\0';
        send(conn, text, n + 1, 0);
    }
    close(conn);
    close(listener);
    return 0;
}
