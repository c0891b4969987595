/* One loop around poll(). A ref is an index, a JOIN_ID is the number of the connection, HELO has no last newline. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CLIENTS = 250, ROOMS = 200, LONGEST = 65536, NAME = 100, MOST = 1 << 20 };
static struct { char *in, *out; size_t in_size, out_size; int id; } of[CLIENTS];
static char rooms[ROOMS][NAME], names[ROOMS][CLIENTS][NAME];
static struct pollfd polled[CLIENTS];
static int count_of_rooms, next_id = 1, port;

static void end(int who);

static void add(int who, const char *format, ...)
{
    static char text[LONGEST + 1000];
    va_list values;
    va_start(values, format);
    int size = vsnprintf(text, sizeof text, format, values);
    va_end(values);
    if (of[who].out_size + size > MOST)
        return; /* it does not read */
    memcpy(of[who].out + of[who].out_size, text, size);
    of[who].out_size += size;
}

static void tell(int room, const char *name, const char *text)
{
    for (int who = 1; who < CLIENTS; who++)
        if (polled[who].fd >= 0 && names[room][who][0])
            add(who, "CHAT: %d\nCLIENT_NAME: %s\nMESSAGE: %s\n\n", room, name, text);
}

static void leave(int who, int room)
{
    char text[NAME + 30], name[NAME];
    if (room < 0 || room >= count_of_rooms || !names[room][who][0])
        return;
    strcpy(name, names[room][who]);
    snprintf(text, sizeof text, "%s has left this chatroom.", name);
    names[room][who][0] = 0;
    tell(room, name, text);
}

static void join(int who, const char *wanted, const char *name)
{
    char text[NAME + 30];
    int room = 0;
    while (room < count_of_rooms && strcmp(rooms[room], wanted))
        room++;
    if (room == ROOMS)
        return;
    if (room == count_of_rooms)
        snprintf(rooms[count_of_rooms++], NAME, "%s", wanted);
    add(who, "joined_chatroom: %s\nserver_ip: 0.0.0.0\nport: %d\nroom_ref: %d\njoin_id: %d\n", wanted, port, room, of[who].id);
    if (names[room][who][0])
        return;
    snprintf(names[room][who], NAME, "%s", name);
    snprintf(text, sizeof text, "%s has joined this chatroom.", name);
    tell(room, name, text);
}

static char *value(char *line)
{
    char *colon = strchr(line, ':');
    return colon ? colon + 1 + strspn(colon + 1, " ") : "";
}

/* Does the first request, and says how many bytes it had; 0 if it is not complete, -1 if the connection has to end. */
static int do_one(int who)
{
    char *from = of[who].in, *end_of, *lines[5];
    int is_chat = !strncmp(from, "CHAT:", 5), wanted = is_chat || !strncmp(from, "JOIN_CHATROOM:", 14) ? 4
        : !strncmp(from, "LEAVE_CHATROOM:", 15) || !strncmp(from, "DISCONNECT:", 11) ? 3 : 1;
    for (int number = 0; number < wanted; number++) {
        lines[number] = from;
        end_of = memchr(from, '\n', of[who].in + of[who].in_size - from);
        if (!end_of)
            return 0;
        from = end_of + 1;
    }
    if (is_chat) {
        end_of = memmem(end_of, of[who].in + of[who].in_size - end_of, "\n\n", 2);
        if (!end_of)
            return 0;
        from = end_of + 2;
    }
    for (int number = 1; number < wanted; number++)
        lines[number][-1] = 0;
    *end_of = 0;
    if (!strncmp(lines[0], "HELO ", 5))
        add(who, "%s\nIP: 127.0.0.1\nPort: %d\nStudentID: 3", lines[0], port);
    else if (!strncmp(lines[0], "KILL_SERVICE", 12))
        exit(0);
    else if (is_chat) {
        int room = atoi(value(lines[0]));
        if (room >= 0 && room < count_of_rooms && names[room][who][0])
            tell(room, value(lines[2]), value(lines[3]));
    } else if (wanted == 4 && *value(lines[0]) && *value(lines[3]))
        join(who, value(lines[0]), value(lines[3]));
    else if (!strncmp(lines[0], "LEAVE", 5)) {
        leave(who, atoi(value(lines[0])));
        add(who, "LEFT_CHATROOM: %s\nJOIN_ID: %s\n", value(lines[0]), value(lines[1]));
    } else if (wanted == 3)
        return -1;
    return from - of[who].in;
}

static void take(int who)
{
    int size = recv(polled[who].fd, of[who].in + of[who].in_size, LONGEST - of[who].in_size, 0);
    if (size <= 0) { /* the end, or no room for more of a request without end */
        end(who);
        return;
    }
    of[who].in_size += size;
    while (of[who].in_size && (size = do_one(who)) > 0)
        memmove(of[who].in, of[who].in + size, of[who].in_size -= size);
    if (size < 0)
        end(who);
}

static void end(int who)
{
    for (int room = 0; room < count_of_rooms; room++)
        leave(who, room);
    close(polled[who].fd);
    polled[who].fd = -1;
}

static void greet(int listener)
{
    int who = 1, client = accept(listener, NULL, NULL);
    while (who < CLIENTS && polled[who].fd >= 0)
        who++;
    if (client < 0 || who == CLIENTS)
        exit(1);
    fcntl(client, F_SETFL, O_NONBLOCK);
    polled[who].fd = client;
    of[who].in = of[who].in ? of[who].in : malloc(LONGEST);
    of[who].out = of[who].out ? of[who].out : malloc(MOST);
    of[who].in_size = of[who].out_size = 0;
    of[who].id = next_id++;
}

int main(int count, char **words)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    int yes = 1, listener = socket(AF_INET, SOCK_STREAM, 0);
    port = count > 1 ? atoi(words[1]) : 8008;
    address.sin_port = htons(port);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 100))
        return 1;
    signal(SIGPIPE, SIG_IGN);
    for (int who = 0; who < CLIENTS; who++)
        polled[who].fd = who ? -1 : listener;
    while (1) {
        for (int who = 0; who < CLIENTS; who++)
            polled[who].events = POLLIN | (who && of[who].out_size ? POLLOUT : 0);
        poll(polled, CLIENTS, -1);
        for (int who = 1; who < CLIENTS; who++)
            if (polled[who].fd >= 0 && polled[who].revents & (POLLIN | POLLHUP | POLLERR))
                take(who);
        for (int who = 1; who < CLIENTS; who++)
            if (polled[who].fd >= 0 && of[who].out_size) {
                int sent = send(polled[who].fd, of[who].out, of[who].out_size, 0);
                if (sent > 0)
                    memmove(of[who].out, of[who].out + sent, of[who].out_size -= sent);
            }
        if (polled[0].revents)
            greet(listener);
    }
}
