"""Asks a chat model how a guest feels, and Comprehend where that fails."""

import boto3
import chatmodel

comprehend = boto3.client("comprehend")


class MoodSettings:
    def __init__(self, language="en", limit=0.6, **others):
        self.language = language
        self.limit = limit
        self.others = others


class Concierge:
    def __init__(self, settings: MoodSettings):
        self.settings = settings

    def mood(self, text):
        try:
            answer = chatmodel.ask("How does this guest feel? " + text)
            return " ".join(answer)
        except Exception as error:
            print("the model does not answer", error)
            found = comprehend.detect_sentiment(Text=text, LanguageCode=self.settings.language)
            if found["SentimentScore"]["Negative"] > self.settings.limit:
                return "call the manager"
            return "send flowers"
