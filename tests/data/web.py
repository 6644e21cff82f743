"""A server on loopback that holds files, and fails as it is told to."""

import hashlib
import threading
from collections import Counter
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Site:
    """Files by path, and for each path what is done wrong, one after the other.

    A fault is a status, "cut" (half of the body), "lie" (another body under the right MD5), or
    "hang up" (no answer).
    """

    def __init__(self):
        self.files = {}
        self.faults = {}
        self.asked = Counter()
        self.ranges = []
        self.ranged = True
        self.address = ""


@contextmanager
def serving(site):
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_):
            pass

        def do_GET(self):
            site.asked[self.path] += 1
            faults = site.faults.get(self.path, [])
            fault = faults.pop(0) if faults else None
            if fault == "hang up":
                self.connection.close()
                return
            content = site.files.get(self.path)
            status = fault if isinstance(fault, int) else 200 if content is not None else 404
            if status != 200:
                self.send_response(status)
                self.send_header("Retry-After", "7")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            etag = f'"{hashlib.md5(content).hexdigest()}"'
            wanted = self.headers.get("Range")
            start = 0
            if wanted and site.ranged and self.headers.get("If-Range") == etag:
                start = int(wanted.removeprefix("bytes=").rstrip("-"))
                site.ranges.append((self.path, start))
            body = content[start:]
            if fault == "lie":
                body = bytes(len(body))
            self.send_response(206 if start else 200)
            self.send_header("ETag", etag)
            self.send_header("Content-Length", str(len(body)))
            if start:
                self.send_header(
                    "Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}"
                )
            self.end_headers()
            self.wfile.write(body[: len(body) // 2] if fault == "cut" else body)
            if fault == "cut":
                self.close_connection = True

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    site.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
