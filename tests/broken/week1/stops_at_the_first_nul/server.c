/* Echo server that measures the message with strlen(). */
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char *argv[])
{
    if (argc != 3 || atoi(argv[2]) < 1 || atoi(argv[2]) > 65535) {
        fprintf(stderr, "usage: server HOST PORT\n");
        return 2;
    }
    struct addrinfo hints, *info;
    memset(&hints, 0, sizeof(hints));
    hints.ai_family = AF_INET;
    hints.ai_socktype = SOCK_STREAM;
    if (getaddrinfo(argv[1], argv[2], &hints, &info) != 0) {
        fprintf(stderr, "cannot find %s\n", argv[1]);
        return 1;
    }
    int server = socket(AF_INET, SOCK_STREAM, 0);
    int yes = 1;
    setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
    if (bind(server, info->ai_addr, info->ai_addrlen) < 0) {
        perror("server: bind");
        return 1;
    }
    listen(server, 1);
    int client = accept(server, NULL, NULL);
    char message[1025];
    memset(message, 0, sizeof(message));
    recv(client, message, 1024, 0);
    printf("message: %s\n", message);
    send(client, message, strlen(message), 0);
    close(client);
    close(server);
    return 0;
}
