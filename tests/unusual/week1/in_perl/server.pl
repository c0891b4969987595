#!/usr/bin/env perl
# Echo one message, in Perl: there is more than one way to do it.
use strict;
use warnings;
use IO::Socket::INET;

my ($host, $port) = @ARGV;

unless (@ARGV == 2 and $port =~ /^\d+$/ and $port >= 1 and $port <= 65535) {
    print STDERR "usage: server.pl HOST PORT\n";
    exit 2;
}

my $listener = IO::Socket::INET->new(
    LocalAddr => $host,
    LocalPort => $port,
    Proto     => 'tcp',
    Listen    => 1,
    ReuseAddr => 1,
) or do {
    print "No luck with $host:$port: $!\n";
    exit 1;
};

my $connection = $listener->accept or die "accept: $!\n";
my $size = sysread $connection, my $message, 1024;
syswrite $connection, $message if $size;
close $connection;
close $listener;
