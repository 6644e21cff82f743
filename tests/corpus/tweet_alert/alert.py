import tweepy
from google.cloud import language_v1 as language

class Listener(tweepy.StreamListener):
    def __init__(self):
        super().__init__()
        self.nl = language.LanguageServiceClient()
        self.bad = 0

    def on_status(self, status):
        d = language.Document(content=status.text, type_=language.Document.Type.PLAIN_TEXT)
        sent = self.nl.analyze_sentiment(document=d).document_sentiment
        print('Score: {}, Magnitude: {}'.format(sent.score, sent.magnitude))
        if sent.score < -0.5 and sent.magnitude > 0.8:
            self.bad += 1
            self.notify(status)

    def notify(self, status):
        print("ALERT", status.id)

if __name__ == "__main__":
    auth = tweepy.OAuthHandler('a', 'b')
    stream = tweepy.Stream(auth, Listener())
    stream.filter(track=['brand'])
