# Echo server that reads a line, so it waits for the newline that never comes.
use strict;
use warnings;
use IO::Socket::INET;

my ($host, $port) = @ARGV;
if (@ARGV != 2 || $port !~ /^\d+$/ || $port < 1 || $port > 65535) {
    print STDERR "usage: server HOST PORT\n";
    exit 2;
}
my $server = IO::Socket::INET->new(
    LocalAddr => $host, LocalPort => $port, Proto => 'tcp', Listen => 1, ReuseAddr => 1);
if (!$server) {
    print STDERR "cannot listen on $host port $port: $@\n";
    exit 1;
}
my $client = $server->accept();
my $line = <$client>;
print $client $line if defined $line;
close $client;
close $server;
