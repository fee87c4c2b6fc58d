/** Sends NDJSON that waits to be asked for, a part of it at once: node ask_to_continue.mjs PORT LINES LENGTH|CHUNKS.
 * Standard input is the body. Prints {"continued": n, "status": n, "lines": n}. */
import {request} from 'node:http';
import {readFileSync} from 'node:fs';

const [port, first, framing] = process.argv.slice(2);
const body = readFileSync(0, 'utf8');
const beginning = body.split('\n').slice(0, Number(first)).join('\n') + '\n';
const headers = {'content-type': 'application/x-ndjson', expect: '100-continue'};
if (framing === 'LENGTH') headers['content-length'] = Buffer.byteLength(body);
let continued = 0;
const sent = request({host: '127.0.0.1', port, method: 'POST', path: '/commands', headers});
sent.on('continue', () => {
  if (++continued === 1) sent.end(body.slice(beginning.length));
});
sent.on('response', async (answer) => {
  let text = '';
  for await (const piece of answer) text += piece;
  console.log(JSON.stringify({continued, status: answer.statusCode, lines: text.split('\n').length - 1}));
});
sent.write(beginning);
