import boto3

WORDS = ("spam", "scam", "fraud", "cheat", "steal", "abuse")
rekognition = boto3.client("rekognition")


def lambda_handler(event, context):
    picture = {"S3Object": {"Bucket": event["bucket"], "Name": event["key"]}}
    answer = rekognition.detect_moderation_labels(Image=picture, MinConfidence=40)
    reasons = [one["Name"] for one in answer["ModerationLabels"] if one["Confidence"] > 65]
    caption = event["caption"].lower()
    for word in WORDS:
        if word in caption:
            reasons.append(word)
    return {"accepted": not reasons}
