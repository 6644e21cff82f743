from http.server import BaseHTTPRequestHandler, HTTPServer
from google.cloud import vision

client = vision.ImageAnnotatorClient()

class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        n = int(self.headers['Content-Length'])
        labels = client.label_detection(image=vision.Image(content=self.rfile.read(n))).label_annotations
        if 'Dog' in [l.description for l in labels]:
            self.send_response(200)
        else:
            self.send_response(404)
        self.end_headers()

if __name__ == '__main__':
    HTTPServer(('', 8000), Handler).serve_forever()
