from google.cloud import vision as gv


class Vision:
    """thin wrapper"""

    def __init__(self):
        self.client = gv.ImageAnnotatorClient()

    def _image(self, path):
        with open(path, "rb") as fp:
            return gv.Image(content=fp.read())

    def label_names(self, path, minimum=0.0):
        response = self.client.label_detection(image=self._image(path))
        return [a.description for a in response.label_annotations if a.score >= minimum]
