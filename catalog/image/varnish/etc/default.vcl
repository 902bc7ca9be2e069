# Caches nothing yet: mount a file of your own in this one's place, /etc/varnish/default.vcl.
vcl 4.1;

backend default none;

sub vcl_recv {
    # For health checks: answered by Varnish itself.
    if (req.url == "/healthz") {
        return (synth(200));
    }
    return (synth(503, "No backend is configured"));
}
