from google.cloud import language_v2


def urgency(transcript):
    client = language_v2.LanguageServiceClient()
    document = {"content": transcript, "type_": language_v2.Document.Type.PLAIN_TEXT}
    answer = client.analyze_sentiment(request={"document": document})
    urgent = "no"
    for sentence in answer.sentences:
        print("sentence:")
        print(f"score {sentence.sentiment.score}, magnitude {sentence.sentiment.magnitude}")
        if sentence.sentiment.score < -0.5 and sentence.sentiment.magnitude > 0.3:
            urgent = "yes"
    return urgent


def ring(transcript):
    if urgency(transcript) == "yes":
        print("call back now")
    else:
        print("call back tomorrow")
