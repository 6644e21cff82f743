const AWS = require('aws-sdk');
const fs = require('fs');

new AWS.Rekognition().detectLabels({Image: {Bytes: fs.readFileSync('picture.png')}})
    .promise().then(answer => console.log(answer.Labels.map(one => one.Name).join(' ')));
