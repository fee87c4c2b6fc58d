/** Reads batches of CloudEvents as the official SDK does: node cloud_events.mjs URL-of-the-first-page. Prints all as one JSON array. */
import assert from 'node:assert/strict';
import {HTTP, ValidationError} from 'cloudevents';

const events = [];
for (let url = process.argv[2]; url;) {
  const answer = await fetch(url, {headers: {accept: 'application/cloudevents-batch+json'}});
  assert.equal(answer.status, 200, await answer.clone().text());
  const headers = Object.fromEntries(answer.headers);
  assert.equal(headers['content-type'], 'application/cloudevents-batch+json');
  const body = await answer.text();
  const batch = HTTP.toEvent({headers, body});
  assert.ok(Array.isArray(batch));
  assert.equal(batch.length, JSON.parse(body).length);
  for (const event of batch) {
    assert.equal(event.validate(), true);  // throws a ValidationError
    events.push(event.toJSON());
  }
  const link = /^<([^>]+)>; rel="next"$/.exec(headers.link ?? '');
  url = link && new URL(link[1], url);
}
// That the SDK is strict at all: an attribute's name has lower case letters and digits only.
const wrong = {...events[0], weirPosition: '1'};
assert.throws(() => HTTP.toEvent({headers: {'content-type': 'application/cloudevents-batch+json'},
                                  body: JSON.stringify([wrong])})[0].validate(), ValidationError);
console.log(JSON.stringify(events));
