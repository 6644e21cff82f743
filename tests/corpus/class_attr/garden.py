from google.cloud import vision


class Gardener:
    WEEDS = ('Dandelion', 'Thistle', 'Nettle')
    FLOWERS = ('Rose', 'Tulip', 'Lily', 'Daisy')
    threshold = 0.55

    def __init__(self, client=None):
        self.client = client or vision.ImageAnnotatorClient()

    def _labels(self, path):
        with open(path, 'rb') as f:
            return self.client.label_detection(image=vision.Image(content=f.read())).label_annotations

    def decide(self, path):
        for label in self._labels(path):
            if label.score < self.threshold:
                continue
            if label.description in self.WEEDS:
                return self.remove()
            if label.description in self.FLOWERS:
                return self.water()
        return None

    def remove(self):
        print('removing')

    def water(self):
        print('watering')


Gardener().decide('bed.jpg')
