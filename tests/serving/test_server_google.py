"""Google's own clients against a running server."""

import asyncio
import base64
import http.client
import json

import grpc
import pytest
from google.api_core import exceptions
from google.auth.credentials import AnonymousCredentials
from google.cloud import vision
from google.cloud.vision_v1.services.image_annotator.transports import (
    ImageAnnotatorGrpcTransport,
    ImageAnnotatorRestTransport,
)

LABEL = vision.Feature.Type.LABEL_DETECTION


def grpc_client(server, application=""):
    options = (
        [("grpc.primary_user_agent", f"chameleon-application/{application}")] if application else []
    )
    channel = grpc.insecure_channel(f"127.0.0.1:{server.grpc_port}", options=options)
    return vision.ImageAnnotatorClient(transport=ImageAnnotatorGrpcTransport(channel=channel))


def rest_client(server, application=""):
    transport = ImageAnnotatorRestTransport(
        host=f"127.0.0.1:{server.http_port}",
        url_scheme="http",
        credentials=AnonymousCredentials(),
    )
    if application:
        transport._session.headers["x-chameleon-application"] = application
    return vision.ImageAnnotatorClient(transport=transport)


@pytest.fixture(scope="module", params=[grpc_client, rest_client], ids=["grpc", "rest"])
def connect(request):
    """Open a client of either transport, and close all of them in the end."""
    opened = []

    def connect(server, application=""):
        client = request.param(server, application)
        opened.append(client)
        return client

    yield connect
    for client in opened:
        client.transport.close()


def names(response):
    return [one.description for one in response.label_annotations]


def post(server, path, body, headers=None):
    connection = http.client.HTTPConnection("127.0.0.1", server.http_port, timeout=20)
    try:
        connection.request(
            "POST", path, body, {"content-type": "application/json", **(headers or {})}
        )
        reply = connection.getresponse()
        return reply.status, reply.read()
    finally:
        connection.close()


def body_for(*pictures, **feature):
    return json.dumps(
        {
            "requests": [
                {
                    "image": {"content": base64.b64encode(one).decode()},
                    "features": [{"type": "LABEL_DETECTION", **feature}],
                }
                for one in pictures
            ]
        }
    ).encode()


def test_labels_as_the_provider_gives_them(server, connect, picture):
    response = connect(server).label_detection(image=vision.Image(content=picture(250, 10, 150)))
    assert names(response) == ["Red", "Blue"]
    assert [one.score for one in response.label_annotations] == pytest.approx(
        [250 / 255, 150 / 255]
    )
    assert not response.error.message


def test_max_results(server, connect, picture):
    image = vision.Image(content=picture(250, 10, 150))
    assert names(connect(server).label_detection(image=image, max_results=1)) == ["Red"]


def test_a_bad_image_in_a_batch_of_good_ones(server, connect, picture):
    contents = [picture(250, 0, 0), b"no picture", b"", picture(0, 0, 250)]
    requests = [
        {"image": {"content": one}, "features": [{"type_": LABEL, "max_results": 5}]}
        for one in contents
    ]
    responses = connect(server).batch_annotate_images(requests=requests).responses
    assert [names(one) for one in responses] == [["Red"], [], [], ["Blue"]]
    assert [one.error.code for one in responses] == [0, 3, 3, 0]
    assert responses[1].error.message == "Bad image data."


@pytest.mark.parametrize(
    ("requests", "error"),
    [
        ([], exceptions.BadRequest),
        ([{"image": {"content": b"x"}}], exceptions.BadRequest),
        (
            [{"image": {"content": b"x"}, "features": [{"type_": LABEL}]}] * 17,
            exceptions.BadRequest,
        ),
        (
            [
                {
                    "image": {"content": b"x"},
                    "features": [{"type_": vision.Feature.Type.TEXT_DETECTION}],
                }
            ],
            exceptions.MethodNotImplemented,
        ),
    ],
)
def test_refusals_are_the_clients_own_exceptions(server, connect, requests, error):
    with pytest.raises(error):
        connect(server).batch_annotate_images(requests=requests)


def test_grpc_tells_exactly_what_was_wrong(server):
    client = grpc_client(server)
    with client, pytest.raises(exceptions.InvalidArgument, match="image and features"):
        client.batch_annotate_images(requests=[])


def test_methods_that_are_not_served(server, connect):
    with pytest.raises(exceptions.MethodNotImplemented):
        connect(server).batch_annotate_files(requests=[{}])


def test_applications_have_answers_of_their_own(server, connect, picture):
    image = vision.Image(content=picture(250, 10, 150))
    assert names(connect(server, "warm").label_detection(image=image)) == ["Fire", "Ice"]
    assert names(connect(server, "cold").label_detection(image=image)) == ["Ember", "Water"]


def test_an_unknown_application(server, connect, picture):
    with pytest.raises(exceptions.Forbidden, match=r"nobody.*Known: cold, warm"):
        connect(server, "nobody").label_detection(image=vision.Image(content=picture(1, 2, 3)))


@pytest.mark.parametrize("transport", ["grpc", "rest"])
def test_an_api_key_tells_the_application(server, transport, picture):
    image = vision.Image(content=picture(250, 10, 150))
    request = {"requests": [{"image": image, "features": [{"type_": LABEL}]}]}
    metadata = [("x-goog-api-key", "key-of-warm")]
    client = (grpc_client if transport == "grpc" else rest_client)(server)
    with client:
        responses = client.batch_annotate_images(request, metadata=metadata).responses
    assert names(responses[0]) == ["Fire", "Ice"]


def test_the_asynchronous_client(server, picture):
    async def ask():
        async with grpc.aio.insecure_channel(f"127.0.0.1:{server.grpc_port}") as channel:
            transport = vision.ImageAnnotatorAsyncClient.get_transport_class("grpc_asyncio")(
                channel=channel
            )
            client = vision.ImageAnnotatorAsyncClient(transport=transport)
            image = {"content": picture(250, 0, 0)}
            request = {"requests": [{"image": image, "features": [{"type_": LABEL}]}]}
            return await client.batch_annotate_images(request)

    assert names(asyncio.run(ask()).responses[0]) == ["Red"]


@pytest.mark.parametrize(
    "path",
    [
        "/v1/images:annotate",
        "/v1/images:annotate?key=anything&$alt=json",
        "/v1/projects/p/images:annotate",
        "/v1/projects/p/locations/eu/images:annotate",
    ],
)
def test_rest_by_hand(server, path, picture):
    status, body = post(server, path, body_for(picture(250, 0, 0)))
    assert status == 200
    assert json.loads(body)["responses"][0]["labelAnnotations"][0]["description"] == "Red"


def test_a_key_in_the_address_tells_the_application(server, picture):
    _, body = post(server, "/v1/images:annotate?key=key-of-warm", body_for(picture(250, 0, 0)))
    assert b"Fire" in body


@pytest.mark.parametrize(
    ("path", "status", "name"),
    [
        ("/v1/files:annotate", 501, "UNIMPLEMENTED"),
        ("/v1/projects/p/locations/eu/files:asyncBatchAnnotate", 501, "UNIMPLEMENTED"),
        ("/v1/images:asyncBatchAnnotate", 501, "UNIMPLEMENTED"),
        ("/v1/anything", 404, "NOT_FOUND"),
        ("/v1/documents:analyzeSyntax", 501, "UNIMPLEMENTED"),
        ("/v2/documents:analyzeSyntax", 404, "NOT_FOUND"),
        ("/v1/images:annotate?fields=answers", 400, "INVALID_ARGUMENT"),
        ("/v1/nowhere/images:annotate", 400, "INVALID_ARGUMENT"),
    ],
)
def test_every_rest_error_has_one_shape(server, path, status, name, picture):
    got, body = post(server, path, body_for(picture(250, 0, 0)))
    error = json.loads(body)["error"]
    assert (got, error["code"], error["status"]) == (status, status, name)
    assert set(error) == {"code", "message", "status"}
    assert error["message"]


def test_a_gzipped_body_is_read_within_bounds(server, picture):
    import gzip

    packed = gzip.compress(body_for(picture(250, 0, 0)))
    status, body = post(server, "/v1/images:annotate", packed, {"content-encoding": "gzip"})
    assert status == 200
    assert b"Red" in body
    bomb = gzip.compress(b" " * (41 * 1024 * 1024))
    status, body = post(server, "/v1/images:annotate", bomb, {"content-encoding": "gzip"})
    assert status == 400
    assert b"32 times its size" in body
    for broken in (packed[:-4], b"no gzip", packed + b"more"):
        status, _ = post(server, "/v1/images:annotate", broken, {"content-encoding": "gzip"})
        assert status == 400
    status, _ = post(server, "/v1/images:annotate", packed, {"content-encoding": "br"})
    assert status == 400


def test_a_body_that_says_it_is_too_large_is_not_read(server):
    connection = http.client.HTTPConnection("127.0.0.1", server.http_port, timeout=20)
    connection.putrequest("POST", "/v1/images:annotate")
    connection.putheader("content-length", str(10**12))
    connection.endheaders()
    reply = connection.getresponse()  # of 10**12 bytes none is ever sent
    assert reply.status == 400
    connection.close()


def test_bytes_that_are_no_message(server):
    with grpc.insecure_channel(f"127.0.0.1:{server.grpc_port}") as channel:
        method = "/google.cloud.vision.v1.ImageAnnotator/BatchAnnotateImages"
        with pytest.raises(grpc.RpcError) as caught:
            channel.unary_unary(method)(b"\xff\xff\xff", timeout=20)
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT


def test_health(server):
    for path in ("/healthz", "/readyz"):
        connection = http.client.HTTPConnection("127.0.0.1", server.http_port, timeout=20)
        connection.request("GET", path)
        assert connection.getresponse().status == 200
        connection.close()
