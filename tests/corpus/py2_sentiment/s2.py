import sys
from google.cloud import language

def go(text):
	client = language.LanguageServiceClient()
	doc = language.types.Document(content=text, type='PLAIN_TEXT')
	try:
		sentiment = client.analyze_sentiment(document=doc).document_sentiment
	except Exception, e:
		print 'failed', e
		return
	if sentiment.score > 0.5:
		print 'happy'
	elif sentiment.score < -0.5:
		print 'sad'
	else:
		print 'meh'

go(sys.argv[1])
