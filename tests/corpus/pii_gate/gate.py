import boto3
client = boto3.client('comprehend')

def mentions_person(text):
    entities = client.detect_entities(Text=text, LanguageCode='en')['Entities']
    people = [e for e in entities if e['Type'] == 'PERSON' and e['Score'] > 0.8]
    return len(people) > 0

if __name__ == '__main__':
    t = open('letter.txt').read()
    if mentions_person(t):
        print('contains names, not published')
    else:
        print('published')
