"""A provider on this machine, for tests of what goes on to a real one."""

import http.server
import json
import threading
from concurrent.futures import ThreadPoolExecutor

import grpc
from google.cloud import language_v1, vision
from google.protobuf import json_format

KEY = "AIza-a-key-of-a-user"
FACE_AND_LABEL = {
    "responses": [
        {
            "labelAnnotations": [{"description": "Theirs", "score": 0.9}],
            "faceAnnotations": [{"joyLikelihood": "LIKELY"}],
            "cropHintsAnnotation": {"cropHints": [{"confidence": 0.5}]},
        }
    ]
}
ENTITIES = {
    "entities": [
        {
            "name": f"Ann {KEY}",
            "type": "PERSON",
            "mentions": [{"text": {"content": "Ann", "beginOffset": 5}}],
        }
    ],
    "language": "en",
}
ANSWERS = {
    "/v1/images:annotate": FACE_AND_LABEL,
    "/v1/documents:analyzeEntities": ENTITIES,
    "/v1/documents:analyzeSyntax": {"tokens": [{"lemma": "be"}]},
    "/v1/operations/1": {"name": "operations/1"},
    "/": {"FaceDetails": [{"Confidence": 99.5}]},
}


class Provider:
    """A provider on this machine, over HTTP and gRPC."""

    def __init__(self):
        self.requests = []
        self.calls = []
        self.replies = dict(ANSWERS)
        self.status, self.headers = 200, {}
        self.refusal = None
        provider = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                size = int(self.headers.get("content-length", 0))
                provider.requests.append((self.path, dict(self.headers), self.rfile.read(size)))
                found = provider.replies[self.path.partition("?")[0]]
                body = found if isinstance(found, bytes) else json.dumps(found).encode()
                self.send_response(provider.status)
                for name, value in {"x-goog-trace": "7", **provider.headers}.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST

            def log_message(self, *_):
                pass

        self._http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._http.serve_forever)
        self._thread.start()
        self.address = f"http://127.0.0.1:{self._http.server_port}"
        self._grpc = grpc.server(ThreadPoolExecutor(4))
        self._grpc.add_generic_rpc_handlers((self._Rpc(self),))
        self.grpc_address = f"127.0.0.1:{self._grpc.add_insecure_port('127.0.0.1:0')}"
        self._grpc.start()

    class _Rpc(grpc.GenericRpcHandler):
        def __init__(self, provider):
            self._provider = provider

        def service(self, details):
            method = details.method

            def answer(payload, context):
                metadata = dict(context.invocation_metadata())
                self._provider.calls.append((method, metadata, payload))
                if self._provider.refusal:
                    context.set_trailing_metadata((("retry-info", "3"),))
                    context.abort(*self._provider.refusal)
                kinds = {
                    "BatchAnnotateImages": (vision.BatchAnnotateImagesResponse, FACE_AND_LABEL),
                    "AnalyzeEntities": (language_v1.AnalyzeEntitiesResponse, ENTITIES),
                    "AnalyzeSyntax": (
                        language_v1.AnalyzeSyntaxResponse,
                        {"tokens": [{"lemma": "be"}]},
                    ),
                }
                kind, content = kinds[method.rpartition("/")[2]]
                return json_format.ParseDict(content, kind.pb()()).SerializeToString()

            return grpc.unary_unary_rpc_method_handler(answer)

    def stop(self):
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()
        self._grpc.stop(None).wait()
