#!/usr/bin/env perl
# Perl: Term::ReadLine in the first process; a child has the network, and a pipe in between.
use strict;
use warnings;
use IO::Handle;
use IO::Select;
use Socket qw(getaddrinfo SOCK_DGRAM);
use Term::ReadLine;
use Time::HiRes;

my ($host, $port, $name) = @ARGV;
unless (@ARGV == 3 and $port =~ /^[0-9]{1,5}\z/ and $port > 0 and $port < 65536 and $name =~ /^[A-Za-z0-9_-]{1,20}\z/) {
    warn "usage: client.pl HOST PORT NAME\n";
    exit 2;
}
$| = 1;
my ($error, @found) = getaddrinfo $host, $port, {socktype => SOCK_DGRAM};
die "$host: $error\n" if $error;
socket my $udp, $found[0]{family}, SOCK_DGRAM, 0 or die "socket: $!\n";
connect $udp, $found[0]{addr} or die "connect: $!\n";

pipe my $orders, my $to_child or die "pipe: $!\n";
pipe my $reports, my $to_parent or die "pipe: $!\n";
$_->autoflush(1) for $to_child, $to_parent;

defined(my $child = fork) or die "fork: $!\n";
network() unless $child;
close $orders;
close $to_parent;

# The parent: one order, one report.
sub order {
    my ($text, $tries) = @_;
    print $to_child "$tries $text\n";
    my $report = <$reports> // '';
    chomp $report;
    return $report;
}

sub finish {
    my ($status, $why) = @_;
    print STDERR "$why\n" if defined $why;
    kill TERM => $child;
    waitpid $child, 0;
    exit $status;
}

my $interrupted = 0;
$SIG{INT} = sub { die "interrupted\n" };
my $ended = eval {
    my $report = order("HELLO $name", 20);
    finish(1, $report eq 'SILENCE' ? 'there is no answer' : "not let in: $report") if $report ne "WELCOME $name";
    my $terminal = Term::ReadLine->new('chat', \*STDIN, \*STDOUT);
    $terminal->ornaments(0);
    my $number = 1;
    while (defined(my $line = $terminal->readline(''))) {
        last if $line eq '/quit';
        next if $line eq '';
        my $text = "SAY $number $line";
        utf8::encode($text) if utf8::is_utf8($text);
        if (length $text > 1200) {
            print "# oversized, therefore ignored\n";
            next;
        }
        $report = order($text, 20);
        finish(1, 'the server is silent') if $report eq 'SILENCE';
        print "# $report\n" if $report ne "OK $number";
        $number++;
    }
    1;
};
die $@ if !$ended and $@ ne "interrupted\n";
$SIG{INT} = 'IGNORE';
my $report = order('BYE', 4);
$report = <$reports> while defined $report and $report !~ /^(BYE|SILENCE|ERROR)/;  # one to a line may come first
finish(0);

# The child: sends what it is told until the answer comes, prints messages, and never reads the keyboard.
sub network {
    $SIG{INT} = 'IGNORE';
    close $to_child;
    close $reports;
    my $ready = IO::Select->new($udp, $orders);
    my ($text, $answer, $left, $due, %had);
    while (1) {
        my $wait = defined $text ? 0.05 : undef;
        if (defined $text and Time::HiRes::time() >= $due) {
            if ($left-- == 0) {
                undef $text;
                print $to_parent "SILENCE\n";
                next;
            }
            send $udp, $text, 0;
            $due = Time::HiRes::time() + 0.25;
        }
        for my $source ($ready->can_read($wait)) {
            if ($source == $orders) {
                my $order = <$orders>;
                exit 0 unless defined $order;
                chomp $order;
                ($left, $text) = split / /, $order, 2;
                $answer = $text =~ /^SAY (\d+)/ ? "OK $1" : $text =~ /^HELLO (.+)/ ? "WELCOME $1" : 'BYE';
                $due = 0;
                next;
            }
            next unless defined recv $udp, my $datagram, 2048, 0;
            my ($verb, $rest) = split / /, $datagram, 2;
            if (($verb // '') eq 'MSG') {
                my ($id, $who, $said) = split / /, $rest // '', 3;
                next unless defined $said and $id =~ /^[0-9]+\z/;
                print "$who: $said\n" unless $had{$id}++;
                send $udp, "GOT $id", 0;
            }
            elsif (defined $text and ($datagram eq $answer or ($verb // '') eq 'ERROR')) {
                undef $text;
                print $to_parent "$datagram\n";
            }
        }
    }
}
