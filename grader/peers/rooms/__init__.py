"""Week 5: clients of a chat-room server, over TCP and over UDP."""
