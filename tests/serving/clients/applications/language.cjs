const language = require('@google-cloud/language');

async function main() {
  const client = new language.LanguageServiceClient();
  const [answer] = await client.analyzeSentiment({document: {content: 'Good.', type: 'PLAIN_TEXT'}});
  console.log(answer.documentSentiment.score);
}

main();
