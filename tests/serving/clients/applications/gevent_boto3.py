from gevent import monkey

monkey.patch_all()

import boto3

client = boto3.client("rekognition", region_name="eu-west-1")
answer = client.detect_labels(Image={"Bytes": open("picture.png", "rb").read()})
print(" ".join(one["Name"] for one in answer["Labels"]))
