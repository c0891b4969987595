// A chat client in C++20: std::thread, std::condition_variable, RAII for what must be given back.
#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstring>
#include <iostream>
#include <memory>
#include <mutex>
#include <netdb.h>
#include <optional>
#include <regex>
#include <set>
#include <stdexcept>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

using namespace std::chrono_literals;

class Socket {
public:
    Socket(const char *host, const char *port)
    {
        addrinfo hints{}, *found = nullptr;
        hints.ai_socktype = SOCK_DGRAM;
        if (int error = getaddrinfo(host, port, &hints, &found))
            throw std::runtime_error{gai_strerror(error)};
        std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner{found, freeaddrinfo};
        descriptor = socket(found->ai_family, found->ai_socktype, found->ai_protocol);
        if (descriptor < 0 || connect(descriptor, found->ai_addr, found->ai_addrlen) < 0)
            throw std::runtime_error{std::strerror(errno)};
    }
    ~Socket() { close(descriptor); }
    Socket(const Socket &) = delete;
    Socket &operator=(const Socket &) = delete;

    void send(const std::string &text) const { ::send(descriptor, text.data(), text.size(), 0); }
    std::optional<std::string> receive() const
    {
        std::string text(65536, '\0');
        const auto size = recv(descriptor, text.data(), text.size(), 0);
        if (size < 0)
            return {};
        text.resize(size);
        return text;
    }

private:
    int descriptor = -1;
};

class Client {
public:
    explicit Client(const Socket &socket) : socket{socket}, listener{[this] { listen(); }} { listener.detach(); }

    enum class Outcome { answered, refused, silence };

    Outcome ask(const std::string &request, const std::string &answer, int tries = 20)
    {
        std::unique_lock lock{mutex};
        wanted = answer;
        why.clear();
        for (int i = 0; i < tries; i++) {
            socket.send(request);
            if (news.wait_for(lock, 250ms, [this] { return !wanted; }))
                return why.empty() ? Outcome::answered : Outcome::refused;
        }
        wanted.reset();
        return Outcome::silence;
    }

    std::string reason() { return why; }

private:
    void listen()
    {
        static const std::regex form{R"(MSG ([0-9]{1,10}) ([A-Za-z0-9_-]{1,20}) )"};
        std::set<unsigned long> printed;
        while (true) {
            const auto text = socket.receive();
            std::smatch match;
            if (!text)
                continue;
            if (std::regex_search(*text, match, form, std::regex_constants::match_continuous)) {
                if (printed.insert(std::stoul(match[1])).second)
                    std::cout << match[2] << ": " << match.suffix() << std::endl;
                socket.send("GOT " + match.str(1));
                continue;
            }
            std::lock_guard lock{mutex};
            if (wanted && text->starts_with("ERROR "))
                why = text->substr(6);
            else if (!wanted || *text != *wanted)
                continue;
            wanted.reset();
            news.notify_all();
        }
    }

    const Socket &socket;
    std::mutex mutex;
    std::condition_variable news;
    std::optional<std::string> wanted;
    std::string why;
    std::thread listener;
};

namespace {
std::atomic<bool> joined = false, interrupted = false;
}

int main(int argc, char *argv[])
{
    if (argc != 4 || !std::regex_match(argv[2], std::regex{"[0-9]{1,5}"}) || std::stoi(argv[2]) < 1
        || std::stoi(argv[2]) > 65535 || !std::regex_match(argv[3], std::regex{"[A-Za-z0-9_-]{1,20}"})) {
        std::cerr << "Usage: client HOST PORT NAME" << std::endl;
        return 2;
    }
    struct sigaction action {};
    action.sa_handler = [](int) {
        if (!joined)
            _exit(0);
        interrupted = true;
    };
    sigaction(SIGINT, &action, nullptr);  // without SA_RESTART: getline() ends

    try {
        static const Socket socket{argv[1], argv[2]};
        static Client client{socket};
        const std::string name = argv[3];
        switch (client.ask("HELLO " + name, "WELCOME " + name)) {
        case Client::Outcome::answered:
            break;
        case Client::Outcome::refused:
            throw std::runtime_error{"the server refuses: " + client.reason()};
        case Client::Outcome::silence:
            throw std::runtime_error{"nobody answers"};
        }
        joined = true;
        int number = 1;
        for (std::string line; !interrupted && std::getline(std::cin, line) && line != "/quit";) {
            const auto request = "SAY " + std::to_string(number) + " " + line;
            if (request.size() > 1200) {
                std::cout << "a line has at most " << 1200 - (request.size() - line.size()) << " bytes" << std::endl;
            } else if (!line.empty()) {
                if (client.ask(request, "OK " + std::to_string(number)) == Client::Outcome::silence)
                    throw std::runtime_error{"nobody answers any more"};
                if (!client.reason().empty())
                    std::cout << client.reason() << std::endl;
                number++;
            }
        }
        client.ask("BYE", "BYE", 4);
        std::cout.flush();
        _exit(0);
    } catch (const std::exception &error) {
        std::cerr << argv[1] << ": " << error.what() << std::endl;
        _exit(1);
    }
}
