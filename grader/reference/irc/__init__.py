"""The lab's IRC server of week 8, without sockets or a clock: `chat.IrcChat` is the whole of it.

chat                  which bytes of a client are which command, and what is sent to whom
inbox, line, outbox   how bytes become lines no faster than allowed, and lines become bytes, once for many
network               who is there, how they are told, how they go
client, channel       somebody; a channel with its members
commands              which command is done by what, of
                      registration, sasl, membership, operating, modes, talking,
                      who, whois, listing, about, operators, monitor
numerics, capabilities, settings   tables
"""
