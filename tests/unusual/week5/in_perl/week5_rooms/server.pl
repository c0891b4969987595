# One loop around select(). Everybody who knows a room's ref may talk there; who joins again gets the same JOIN_ID.
use strict;
use warnings;
use IO::Select;
use IO::Socket::INET;
use Socket qw(MSG_NOSIGNAL);

my $listener = IO::Socket::INET->new(LocalPort => $ARGV[0], Listen => 100, ReuseAddr => 1, Proto => "tcp") or die "$@\n";
my $select = IO::Select->new($listener);
my (%lines_of, %rest_of, %waits_for, %refs, %members);
my %lines = (JOIN_CHATROOM => 4, LEAVE_CHATROOM => 3, DISCONNECT => 3);
$SIG{PIPE} = "IGNORE";

sub tell_all {
    my ($ref, $name, $text) = @_;
    $waits_for{$_} .= "CHAT: $ref\nCLIENT_NAME: $name\nMESSAGE: $text\n\n" for keys %{ $members{$ref} };
}

sub leave {
    my ($client, $ref) = @_;
    my $name = delete $members{$ref}{$client};
    tell_all($ref, $name, "$name has left this chatroom.") if defined $name;
}

sub end {
    my ($client) = @_;
    leave($client, $_) for keys %members;
    $client->syswrite($waits_for{$client}) if length $waits_for{$client};
    delete @$_{$client} for \%lines_of, \%rest_of, \%waits_for;
    $select->remove($client);
    $client->close;
}

sub answer {
    my ($client, @lines) = @_;
    my ($verb) = $lines[0] =~ /^(\w*)/;
    my @values = map { /:\s*(.*?)\s*$/ ? $1 : "" } @lines;
    my $id = 1 + fileno $client;
    if ($verb eq "HELO") {
        $waits_for{$client} .= "$lines[0]\nIP:" . $client->sockhost . "\nPort:$ARGV[0]\nStudentID:7\n";
    } elsif ($verb eq "KILL_SERVICE") {
        exit;
    } elsif ($verb eq "JOIN_CHATROOM") {
        my $ref = $refs{ $values[0] } //= 1000 + keys %refs;
        $waits_for{$client} .= "JOINED_CHATROOM: $values[0]\nSERVER_IP: 0\nPORT: 0\nROOM_REF: $ref\nJOIN_ID: $id\n";
        $members{$ref}{$client} = $values[3];
        tell_all($ref, $values[3], "$values[3] has joined this chatroom.");
    } elsif ($verb eq "LEAVE_CHATROOM") {
        $waits_for{$client} .= "LEFT_CHATROOM: $values[0]\nJOIN_ID: $values[1]\n";
        leave($client, $values[0]);
    } elsif ($verb eq "CHAT") {
        tell_all($values[0], $values[2], join "\n", $values[3], @lines[4 .. $#lines]);
    } else {
        $waits_for{$client} .= "ERROR_CODE: 1\nERROR_DESCRIPTION: unknown\n";
    }
}

sub take {
    my ($client) = @_;
    my $size = sysread $client, $rest_of{$client}, 4096, length $rest_of{$client};
    return end($client) unless $size;
    while ($rest_of{$client} =~ s/^([^\n]*)\n//) {
        my $lines = $lines_of{$client};
        push @$lines, $1;
        my ($verb) = $lines->[0] =~ /^(\w*)/;
        next if $verb eq "CHAT" ? @$lines < 5 || length $lines->[-1] : @$lines < ($lines{$verb} // 1);
        pop @$lines if $verb eq "CHAT";
        $lines_of{$client} = [];
        return end($client) if $verb eq "DISCONNECT";
        answer($client, @$lines);
    }
    end($client) if length($rest_of{$client}) + length(join "", @{ $lines_of{$client} }) > 65536;
}

while (1) {
    my $writers = IO::Select->new(grep { $_ != $listener && length $waits_for{$_} } $select->handles);
    my ($readable, $writable) = IO::Select->select($select, $writers);
    for my $client (@$writable) {
        my $sent = $client->syswrite($waits_for{$client});
        substr($waits_for{$client}, 0, $sent) = "" if $sent;
    }
    for my $client (@$readable) {
        if ($client == $listener) {
            my $new = $listener->accept or next;
            $new->blocking(0);
            $select->add($new);
            ($lines_of{$new}, $rest_of{$new}, $waits_for{$new}) = ([], "", "");
        } else {
            take($client);
        }
    }
}
