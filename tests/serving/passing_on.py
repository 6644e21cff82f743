"""How a server is told to pass requests on to a provider on this machine."""

from chameleonapi.serving import PassThrough

AWS_HOST = "rekognition.eu-west-1.amazonaws.com"


def settings_for(provider, **more):
    hosts = ("vision.googleapis.com", "language.googleapis.com", AWS_HOST)
    return PassThrough(
        addresses=dict.fromkeys(hosts, provider.address),
        grpc_addresses=dict.fromkeys(hosts[:2], provider.grpc_address),
        **more,
    )


def url_of(server, path):
    return f"http://127.0.0.1:{server.http_port}{path}"
