"""Beginnings of applications: a call of an API, as a function that returns its answer."""

VISION = """\
from google.cloud import vision

def labels(path):
    client = vision.ImageAnnotatorClient()
    with open(path, "rb") as file:
        image = vision.Image(content=file.read())
    return client.label_detection(image=image).label_annotations

"""
SAFE = """\
from google.cloud import vision

def safe(path):
    client = vision.ImageAnnotatorClient()
    with open(path, "rb") as file:
        image = vision.Image(content=file.read())
    return client.safe_search_detection(image=image).safe_search_annotation

"""
REKOGNITION = """\
import boto3

def labels(image, **more):
    client = boto3.client("rekognition")
    return client.detect_labels(Image={"Bytes": image}, **more)["Labels"]

"""
MOOD = """\
import boto3

def sentiment(text):
    client = boto3.client("comprehend")
    return client.detect_sentiment(Text=text, LanguageCode="en")["Sentiment"]

"""
LANGUAGE = """\
from google.cloud import language_v1

def score(text):
    client = language_v1.LanguageServiceClient()
    document = language_v1.Document(content=text, type_=language_v1.Document.Type.PLAIN_TEXT)
    return client.analyze_sentiment(document=document).document_sentiment.score

"""
