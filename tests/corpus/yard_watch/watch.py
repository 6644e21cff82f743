"""Ask two questions about a picture of the yard at once, and call the farmer."""

import logging
from concurrent.futures import ThreadPoolExecutor, as_completed

import boto3

logger = logging.getLogger("yard")
rekognition = boto3.client("rekognition")
sns = boto3.client("sns")
PREDATORS = {"Fox", "Wolf", "Bear"}


def find_labels(image):
    return rekognition.detect_labels(Image=image, MinConfidence=70)["Labels"]


def find_words(image):
    return rekognition.detect_text(Image=image)["TextDetections"]


QUESTIONS = {"labels": find_labels, "words": find_words}


def ask(image):
    found = {}
    with ThreadPoolExecutor(max_workers=2) as pool:
        waiting = {pool.submit(question, image): name for name, question in QUESTIONS.items()}
        for done in as_completed(waiting):
            name = waiting[done]
            found[name] = done.result()
            logger.info("%s: %d", name, len(found[name]))
    return found


def lambda_handler(event, context):
    found = ask({"S3Object": {"Bucket": event["bucket"], "Name": event["key"]}})
    seen = [one["Name"] for one in found["labels"] if one["Confidence"] >= 85]
    if any(name in PREDATORS for name in seen):
        sns.publish(TopicArn=event["topic"], Message="predator in the yard")
        return {"alarm": True}
    return {"alarm": False}
