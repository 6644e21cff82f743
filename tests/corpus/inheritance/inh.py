from abc import ABC, abstractmethod
import boto3
from google.cloud import vision


class Detector(ABC):
    targets = ()

    @abstractmethod
    def names(self, data):
        ...

    def matches(self, data):
        return [t for t in self.targets if t in self.names(data)]


class GoogleDetector(Detector):
    targets = ("Bird", "Cat")

    def names(self, data):
        client = vision.ImageAnnotatorClient()
        return [a.description for a in client.label_detection(image=vision.Image(content=data)).label_annotations]


class AmazonDetector(Detector):
    targets = ("Bird",)

    def names(self, data):
        answer = boto3.client("rekognition").detect_labels(Image={"Bytes": data})
        return [l["Name"] for l in answer["Labels"]]


data = open("x.jpg", "rb").read()
if GoogleDetector().matches(data):
    print("google found something")
if AmazonDetector().matches(data):
    print("amazon found something")
