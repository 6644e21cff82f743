import {readFileSync} from 'node:fs';
import {ImageAnnotatorClient} from '@google-cloud/vision';

const client = new ImageAnnotatorClient();
const [answer] = await client.labelDetection({image: {content: readFileSync('picture.png')}});
console.log(answer.labelAnnotations.map(one => one.description).join(' '));
