# As much of a cluster's API as kubectl asks for to keep config maps: a stand-in, since Debian has no server of it.
use strict;
use warnings;
use IO::Socket::INET;

my $server = IO::Socket::INET->new(LocalPort => 8080, Listen => 16, ReuseAddr => 1) or die "cannot listen: $!";
$SIG{TERM} = sub { exit };
my %maps;
my $folder = "/api/v1/namespaces/default/configmaps";

while (my $client = $server->accept) {
    my ($method, $path) = split ' ', <$client> // next;
    my $length = 0;
    while (defined(my $line = <$client>)) {
        last if $line =~ /^\r?$/;
        $length = $1 if $line =~ /^content-length: *(\d+)/i;
    }
    my $body = "";
    read $client, $body, $length;
    my ($status, $answer) = answer($method, $path =~ s/\?.*//r, $body);
    print $client "HTTP/1.1 $status\r\nContent-Type: application/json\r\nContent-Length: ", length $answer, "\r\nConnection: close\r\n\r\n$answer";
    close $client;
}

sub answer {
    my ($method, $path, $body) = @_;
    return ("200 OK", '{"kind":"APIVersions","versions":["v1"]}') if $path eq "/api";
    return ("200 OK", '{"kind":"APIGroupList","apiVersion":"v1","groups":[]}') if $path eq "/apis";
    return ("200 OK", '{"major":"1","minor":"32","gitVersion":"v1.32.0"}') if $path eq "/version";
    if ($path eq "/api/v1") {
        return ("200 OK", '{"kind":"APIResourceList","groupVersion":"v1","resources":[{"name":"configmaps","singularName":"configmap","shortNames":["cm"],"namespaced":true,"kind":"ConfigMap","verbs":["create","delete","get","list"]}]}');
    }
    if ($path eq $folder && $method eq "POST" && $body =~ /"name":"([^"]+)"/) {
        $maps{$1} = $body;
        return ("201 Created", $body);
    }
    return ("200 OK", '{"kind":"ConfigMapList","apiVersion":"v1","items":[' . join(",", map { $maps{$_} } sort keys %maps) . ']}') if $path eq $folder;
    if ($path =~ m{^$folder/([^/]+)$} && exists $maps{$1}) {
        return ("200 OK", $maps{$1}) if $method eq "GET";
        delete $maps{$1};
        return ("200 OK", '{"kind":"Status","apiVersion":"v1","status":"Success"}');
    }
    return ("404 Not Found", '{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"NotFound","code":404,"message":"not found"}');
}
