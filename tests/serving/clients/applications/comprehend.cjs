const {ComprehendClient, DetectSentimentCommand} = require('@aws-sdk/client-comprehend');

async function main() {
  const client = new ComprehendClient({});
  const answer = await client.send(
      new DetectSentimentCommand({Text: 'Good.', LanguageCode: 'en'}));
  console.log(answer.Sentiment);
}

main();
