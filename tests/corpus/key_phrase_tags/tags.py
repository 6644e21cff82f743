import boto3
import sys

def phrases(text):
    c = boto3.client('comprehend')
    found = c.detect_key_phrases(Text=text, LanguageCode='en')
    return [p['Text'] for p in found['KeyPhrases']]

if __name__ == "__main__":
    for p in phrases(sys.argv[1]):
        print(p)
