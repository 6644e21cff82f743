import sys

import numpy as np
from google.cloud import language_v1


def main(path):
    client = language_v1.LanguageServiceClient()
    with open(path) as f:
        document = language_v1.Document(content=f.read(), type_=language_v1.Document.Type.PLAIN_TEXT)
    answer = client.analyze_sentiment(request={'document': document})
    scores = np.array([s.sentiment.score for s in answer.sentences])
    if scores.size == 0:
        print('nothing was said')
    elif np.any(scores < -0.5):
        print('call back')
    elif np.mean(scores) > 0.25:
        print('say thanks')
    else:
        print('file it')


main(sys.argv[1])
