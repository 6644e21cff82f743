const vision = require('@google-cloud/vision');
const fs = require('fs');

async function main() {
  const client = new vision.ImageAnnotatorClient();
  const [answer] = await client.labelDetection({image: {content: fs.readFileSync('picture.png')}});
  console.log(answer.labelAnnotations.map(one => one.description).join(' '));
}

main();
