"""Health and reflection over gRPC, beside real requests."""

import base64

import grpc
import pytest
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.json_format import ParseDict
from google.protobuf.message_factory import GetMessageClass
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import (
    ProtoReflectionDescriptorDatabase,
)

from chameleonapi.serving import ServerConfig, start_server


def test_health_over_grpc(server):
    with grpc.insecure_channel(server.endpoint.grpc_address) as channel:
        stub = health_pb2_grpc.HealthStub(channel)
        serving = health_pb2.HealthCheckResponse.SERVING
        for name in ("", "google.cloud.vision.v1.ImageAnnotator", "application/warm"):
            reply = stub.Check(health_pb2.HealthCheckRequest(service=name), timeout=20)
            assert reply.status == serving
        with pytest.raises(grpc.RpcError) as caught:
            stub.Check(health_pb2.HealthCheckRequest(service="application/nobody"), timeout=20)
        assert caught.value.code() is grpc.StatusCode.NOT_FOUND
        watched = stub.Watch(health_pb2.HealthCheckRequest(service="application/nobody"))
        assert next(watched).status == health_pb2.HealthCheckResponse.SERVICE_UNKNOWN
        watched.cancel()


def test_watchers_of_health_are_bounded_and_do_not_hold_up_the_end(make_predictor):
    with start_server(make_predictor(), ServerConfig(grace_seconds=5)) as server:
        channel = grpc.insecure_channel(server.endpoint.grpc_address)
        stub = health_pb2_grpc.HealthStub(channel)
        watched = []
        for _ in range(32):  # one after the other: calls that are open together change places
            watched.append(stub.Watch(health_pb2.HealthCheckRequest()))
            assert next(watched[-1]).status == health_pb2.HealthCheckResponse.SERVING
        with pytest.raises(grpc.RpcError) as caught:
            next(stub.Watch(health_pb2.HealthCheckRequest()))
        assert caught.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    told = [one.status for one in watched[0]]
    assert told in ([health_pb2.HealthCheckResponse.NOT_SERVING], [])
    channel.close()


def test_reflection_tells_the_services_and_their_messages(server, picture):
    with grpc.insecure_channel(server.endpoint.grpc_address) as channel:
        database = ProtoReflectionDescriptorDatabase(channel)
        services = set(database.get_services())
        assert {
            "google.cloud.vision.v1.ImageAnnotator",
            "google.cloud.language.v2.LanguageService",
            "grpc.health.v1.Health",
        } <= services
        pool = DescriptorPool(database)
        annotator = pool.FindServiceByName("google.cloud.vision.v1.ImageAnnotator")
        method = annotator.FindMethodByName("BatchAnnotateImages")
        assert method.input_type.full_name == "google.cloud.vision.v1.BatchAnnotateImagesRequest"
        assert "requests" in method.input_type.fields_by_name
        language = pool.FindServiceByName("google.cloud.language.v2.LanguageService")
        assert "AnalyzeSentiment" in language.methods_by_name
        # A call with nothing but what reflection tells, as grpcurl makes them.
        content = base64.b64encode(picture(250, 0, 0)).decode()
        one = {"image": {"content": content}, "features": [{"type": "LABEL_DETECTION"}]}
        request = ParseDict({"requests": [one]}, GetMessageClass(method.input_type)())
        call = channel.unary_unary(
            f"/{annotator.full_name}/{method.name}",
            request_serializer=lambda message: message.SerializeToString(),
            response_deserializer=GetMessageClass(method.output_type).FromString,
        )
        found = call(request, timeout=20).responses[0].label_annotations
        assert [label.description for label in found] == ["Red"]
        with pytest.raises(KeyError):
            pool.FindServiceByName("google.cloud.vision.v1.Nothing")
