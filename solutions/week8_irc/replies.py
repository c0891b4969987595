"""The numerics: what the server answers, by number (RFC 2812 section 5; modern IRC: Numerics).

A numeric is sent as `:server NUMBER nick parameters :text`. Programs look at number and parameters; the text is for
people, and every server has its own words.
"""

from typing import NamedTuple


class Numeric(NamedTuple):
    """A number, and the text after it, where that is always the same."""

    number: str
    text: str | None = None


class Refused(Exception):
    """A command that is not obeyed; it is made with a numeric and its parameters."""


# Registration and what the server is
RPL_WELCOME = Numeric("001")
RPL_YOURHOST = Numeric("002")
RPL_CREATED = Numeric("003")
RPL_MYINFO = Numeric("004")
RPL_ISUPPORT = Numeric("005", "are supported by this server")
RPL_UMODEIS = Numeric("221")
RPL_LUSERCLIENT = Numeric("251")
RPL_LUSEROP = Numeric("252", "operators are online")
RPL_LUSERUNKNOWN = Numeric("253", "connections are not registered yet")
RPL_LUSERCHANNELS = Numeric("254", "channels are there")
RPL_LUSERME = Numeric("255")
RPL_ADMINME = Numeric("256", "Who looks after this server")
RPL_ADMINLOC1 = Numeric("257", "A course in computer networks")
RPL_ADMINLOC2 = Numeric("258", "Lab 5, week 8")
RPL_ADMINEMAIL = Numeric("259", "Ask whoever started it")
RPL_LOCALUSERS = Numeric("265")
RPL_GLOBALUSERS = Numeric("266")
RPL_VERSION = Numeric("351", "a solution of Lab 5, week 8")
RPL_LINKS = Numeric("364")
RPL_ENDOFLINKS = Numeric("365", "End of the list of servers")
RPL_INFO = Numeric("371")
RPL_MOTD = Numeric("372")
RPL_ENDOFINFO = Numeric("374", "End of INFO")
RPL_MOTDSTART = Numeric("375")
RPL_ENDOFMOTD = Numeric("376", "End of the message of the day")
RPL_TIME = Numeric("391")
RPL_STATSUPTIME = Numeric("242")
RPL_ENDOFSTATS = Numeric("219", "End of STATS")
RPL_HELPSTART = Numeric("704")
RPL_HELPTXT = Numeric("705")
RPL_ENDOFHELP = Numeric("706", "End of HELP")

# People
RPL_AWAY = Numeric("301")
RPL_USERHOST = Numeric("302")
RPL_ISON = Numeric("303")
RPL_UNAWAY = Numeric("305", "You are no longer marked as away")
RPL_NOWAWAY = Numeric("306", "You are marked as away")
RPL_WHOISUSER = Numeric("311")
RPL_WHOISSERVER = Numeric("312")
RPL_WHOISOPERATOR = Numeric("313", "is an IRC operator")
RPL_WHOWASUSER = Numeric("314")
RPL_ENDOFWHO = Numeric("315", "End of WHO")
RPL_WHOISIDLE = Numeric("317", "seconds idle, signon time")
RPL_ENDOFWHOIS = Numeric("318", "End of WHOIS")
RPL_WHOISCHANNELS = Numeric("319")
RPL_WHOREPLY = Numeric("352")
RPL_ENDOFWHOWAS = Numeric("369", "End of WHOWAS")
RPL_YOUREOPER = Numeric("381", "You are an IRC operator now")

# Channels
RPL_LISTSTART = Numeric("321", "Users  Name")
RPL_LIST = Numeric("322")
RPL_LISTEND = Numeric("323", "End of LIST")
RPL_CHANNELMODEIS = Numeric("324")
RPL_CREATIONTIME = Numeric("329")
RPL_NOTOPIC = Numeric("331", "No topic is set")
RPL_TOPIC = Numeric("332")
RPL_TOPICWHOTIME = Numeric("333")
RPL_INVITELIST = Numeric("336")
RPL_ENDOFINVITELIST = Numeric("337", "End of your invitations")
RPL_INVITING = Numeric("341")
RPL_EXCEPTLIST = Numeric("348")
RPL_ENDOFEXCEPTLIST = Numeric("349", "End of the exceptions")
RPL_NAMREPLY = Numeric("353")
RPL_ENDOFNAMES = Numeric("366", "End of NAMES")
RPL_BANLIST = Numeric("367")
RPL_ENDOFBANLIST = Numeric("368", "End of the bans")

# What is refused
ERR_NOSUCHNICK = Numeric("401", "There is no such nick")
ERR_NOSUCHSERVER = Numeric("402", "There is no such server")
ERR_NOSUCHCHANNEL = Numeric("403", "There is no such channel")
ERR_CANNOTSENDTOCHAN = Numeric("404", "You cannot speak in this channel")
ERR_TOOMANYCHANNELS = Numeric("405", "You are in too many channels")
ERR_WASNOSUCHNICK = Numeric("406", "There was no such nick")
ERR_TOOMANYTARGETS = Numeric("407", "Too many targets")
ERR_NOORIGIN = Numeric("409", "No token was given")
ERR_INVALIDCAPCMD = Numeric("410", "There is no such CAP command")
ERR_NORECIPIENT = Numeric("411", "No recipient was given")
ERR_NOTEXTTOSEND = Numeric("412", "No text to send")
ERR_INPUTTOOLONG = Numeric("417", "The line was too long")
ERR_UNKNOWNCOMMAND = Numeric("421", "There is no such command")
ERR_NOMOTD = Numeric("422", "There is no message of the day")
ERR_NONICKNAMEGIVEN = Numeric("431", "No nick was given")
ERR_ERRONEUSNICKNAME = Numeric("432", "This cannot be a nick")
ERR_NICKNAMEINUSE = Numeric("433", "This nick is in use")
ERR_USERNOTINCHANNEL = Numeric("441", "They are not in this channel")
ERR_NOTONCHANNEL = Numeric("442", "You are not in this channel")
ERR_USERONCHANNEL = Numeric("443", "is in this channel already")
ERR_NOTREGISTERED = Numeric("451", "Register first, with NICK and USER")
ERR_NEEDMOREPARAMS = Numeric("461", "Not enough parameters")
ERR_ALREADYREGISTERED = Numeric("462", "You are registered already")
ERR_PASSWDMISMATCH = Numeric("464", "The password is wrong")
ERR_INVALIDUSERNAME = Numeric("468", "This cannot be a user name")
ERR_CHANNELISFULL = Numeric("471", "Cannot join: the channel is full (+l)")
ERR_UNKNOWNMODE = Numeric("472", "is no mode of a channel")
ERR_INVITEONLYCHAN = Numeric("473", "Cannot join: you need an invitation (+i)")
ERR_BANNEDFROMCHAN = Numeric("474", "Cannot join: you are banned (+b)")
ERR_BADCHANNELKEY = Numeric("475", "Cannot join: the key is wrong (+k)")
ERR_BADCHANMASK = Numeric("476", "This cannot be the name of a channel")
ERR_BANLISTFULL = Numeric("478", "The list is full")
ERR_NOPRIVILEGES = Numeric("481", "You are no IRC operator")
ERR_CHANOPRIVSNEEDED = Numeric("482", "You are no operator of this channel")
ERR_NOOPERHOST = Numeric("491", "This server has no operators")
ERR_UMODEUNKNOWNFLAG = Numeric("501", "There is no such mode")
ERR_USERSDONTMATCH = Numeric("502", "The modes of others are not yours to see or change")
ERR_HELPNOTFOUND = Numeric("524", "There is no help about this")
ERR_INVALIDKEY = Numeric("525", "This cannot be a key")
ERR_INVALIDMODEPARAM = Numeric("696", "This cannot be the parameter of that mode")
