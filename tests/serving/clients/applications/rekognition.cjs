const {RekognitionClient, DetectLabelsCommand} = require('@aws-sdk/client-rekognition');
const fs = require('fs');

async function main() {
  const client = new RekognitionClient({});
  const answer = await client.send(
      new DetectLabelsCommand({Image: {Bytes: fs.readFileSync('picture.png')}}));
  console.log(answer.Labels.map(one => one.Name).join(' '));
}

main();
