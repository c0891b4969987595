/* Echo server that binds INADDR_ANY, as the example in the book does. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char *argv[])
{
    int server, client, on = 1;
    struct sockaddr_in address;
    char buffer[1024];
    ssize_t n;

    if (argc != 3 || atoi(argv[2]) < 1 || atoi(argv[2]) > 65535) {
        fprintf(stderr, "Usage: server HOST PORT\n");
        exit(2);
    }
    server = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    memset(&address, 0, sizeof(address));
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_ANY);
    address.sin_port = htons(atoi(argv[2]));
    if (bind(server, (struct sockaddr *)&address, sizeof(address)) < 0) {
        perror("bind failed");
        exit(1);
    }
    listen(server, 5);
    client = accept(server, NULL, NULL);
    n = recv(client, buffer, sizeof(buffer), 0);
    if (n > 0)
        send(client, buffer, n, 0);
    close(client);
    close(server);
    return 0;
}
