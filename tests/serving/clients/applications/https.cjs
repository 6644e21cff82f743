const fs = require('fs');
const https = require('https');
const ADDRESS = 'https://vision.googleapis.com/v1/images:annotate?key=made-up';
const content = fs.readFileSync('picture.png').toString('base64');
const body = {requests: [{image: {content}, features: [{type: 'LABEL_DETECTION'}]}]};
const show = answer =>
  console.log(answer.responses[0].labelAnnotations.map(one => one.description).join(' '));

const request = https.request(ADDRESS, {method: 'POST'}, async reply => {
  const parts = [];
  for await (const part of reply) parts.push(part);
  show(JSON.parse(Buffer.concat(parts)));
});
request.end(JSON.stringify(body));
