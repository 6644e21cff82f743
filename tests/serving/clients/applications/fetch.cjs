const fs = require('fs');

const ADDRESS = 'https://vision.googleapis.com/v1/images:annotate?key=made-up';
const content = fs.readFileSync('picture.png').toString('base64');
const body = {requests: [{image: {content}, features: [{type: 'LABEL_DETECTION'}]}]};
const show = answer =>
  console.log(answer.responses[0].labelAnnotations.map(one => one.description).join(' '));

fetch(ADDRESS, {method: 'POST', body: JSON.stringify(body)}).then(one => one.json()).then(show);
