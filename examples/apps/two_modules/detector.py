from google.cloud import vision


class Detector:
    def __init__(self, client=None):
        self._client = client or vision.ImageAnnotatorClient()

    def labels(self, path):
        with open(path, "rb") as f:
            image = vision.Image(content=f.read())
        response = self._client.label_detection(image=image, max_results=10)
        return [annotation.description for annotation in response.label_annotations]
