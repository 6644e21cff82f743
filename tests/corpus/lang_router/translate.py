import boto3
comprehend = boto3.client('comprehend')
translate = boto3.client('translate')

def to_english(text):
    langs = comprehend.detect_dominant_language(Text=text)['Languages']
    code = langs[0]['LanguageCode']
    if code == 'en':
        return text
    result = translate.translate_text(Text=text, SourceLanguageCode=code, TargetLanguageCode='en')
    return result['TranslatedText']

print(to_english(input()))
