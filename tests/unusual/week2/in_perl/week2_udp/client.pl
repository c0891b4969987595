#!/usr/bin/env perl
# Perl: one select() over the keyboard and the network, and the fields by regular expressions.
use strict;
use warnings;
use Errno qw(EINTR);
use IO::Handle;
use IO::Socket::INET;
use Time::HiRes qw(time);

my ($host, $port, $name) = @ARGV;
if (@ARGV != 3 or $port !~ /^\d{1,5}\z/a or $port < 1 or $port > 65535 or $name !~ /^[A-Za-z0-9_-]{1,20}\z/) {
    print STDERR "usage: client.pl HOST PORT NAME\n";
    exit 2;
}

my $udp = IO::Socket::INET->new(PeerAddr => $host, PeerPort => $port, Proto => 'udp') or die "cannot reach $host: $@\n";
STDOUT->autoflush(1);

my @queue = (["HELLO $name", "WELCOME $name"]);
my ($tries, $due, $number, $typed, %printed) = (0, 0, 0, '');
my ($joined, $leaving) = (0, 0);
my $interrupted = 0;
$SIG{INT} = sub { $interrupted = 1 };

sub leave { $leaving++ or push @queue, ['BYE', 'BYE'] }

sub done {
    my $was = shift @queue;
    ($tries, $due) = (0, 0);
    exit 0 if $was->[0] eq 'BYE';
    $joined = 1 if $was->[0] =~ /^HELLO/;
}

sub receive {
    defined $udp->recv(my $datagram, 2048) or return;
    my $copy = $datagram;
    utf8::decode($copy) or return;
    if ($datagram =~ /^MSG (\d{1,10}) ([\w-]{1,20}) (.*)\z/as) {
        print "$2: $3\n" unless $printed{$1}++;
        $udp->send("GOT $1");
    }
    elsif (@queue and $datagram eq $queue[0][1]) {
        done();
    }
    elsif (@queue and $datagram =~ /^ERROR (\d+ .+)/a) {
        print STDERR "The server: $1\n";
        exit 1 unless $joined;
        done();
    }
}

sub type {
    my $size = sysread STDIN, $typed, 4096, length $typed;
    return leave() unless $size;
    while ($typed =~ s/^([^\n]*)\n//) {
        my $line = $1;
        return leave() if $line eq '/quit';
        next if $line eq '';
        my $datagram = 'SAY ' . ($number + 1) . " $line";
        if (length $datagram > 1200) {
            print "[too long by ", length($datagram) - 1200, " bytes: not sent]\n";
            next;
        }
        push @queue, [$datagram, 'OK ' . ++$number];
    }
}

while (1) {
    if ($interrupted) {
        exit 0 unless $joined;
        leave();
    }
    my $now = time;
    if (@queue and $due <= $now) {
        my $is_bye = $queue[0][0] eq 'BYE';
        if ($tries++ == ($is_bye ? 4 : 20)) {
            exit 0 if $is_bye;
            print STDERR "Nobody answers at $host, port $port.\n";
            exit 1;
        }
        $udp->send($queue[0][0]);
        $due = $now + 0.25;
    }
    my $ready = '';
    vec($ready, fileno $udp, 1) = 1;
    vec($ready, 0, 1) = 1 if $joined and not $leaving;
    next if 0 >= select $ready, undef, undef, @queue ? ($due > time ? $due - time : 0) : 1;
    receive() if vec $ready, fileno $udp, 1;
    type() if vec $ready, 0, 1;
}
