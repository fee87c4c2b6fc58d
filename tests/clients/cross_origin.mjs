/** A page of one origin that asks Weir at another, in Chromium: node cross_origin.mjs URL-that-allows URL-that-does-not PORT-of-the-page. */
import assert from 'node:assert/strict';
import {createServer} from 'node:http';
import {chromium} from 'playwright-core';

const [allowing, refusing, port, profile] = process.argv.slice(2);
const site = createServer((_, answer) => answer.setHeader('content-type', 'text/html').end('<title>A page</title>'));
await new Promise((listening) => site.listen(Number(port), '127.0.0.1', listening));
const browser = await chromium.launchPersistentContext(profile, {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
         '--disable-component-update', '--disable-sync'],
});
try {
  const page = browser.pages()[0] ?? await browser.newPage();
  await page.goto(`http://127.0.0.1:${port}/`);

  /** What the page gets to see. */
  const ask = (url, init) => page.evaluate(async ([url, init]) => {
    try {
      const answer = await fetch(url, init);
      return {status: answer.status, headers: Object.fromEntries(answer.headers), body: await answer.json()};
    } catch (fault) {
      return {refused: fault.name};
    }
  }, [url, init]);
  const create = {method: 'POST', headers: {'Content-Type': 'application/json', 'Idempotency-Key': 'page-1', Prefer: 'return=representation'},
                  body: JSON.stringify({createUser: {userId: 'page', name: 'Page', email: 'page@example.org'}})};

  const created = await ask(`${allowing}/commands`, create);
  assert.equal(created.status, 200);
  assert.equal(created.headers.etag, '"1"');
  assert.equal(created.headers.location, '/users/page');
  assert.equal(created.headers['weir-position'], '1');
  const again = await ask(`${allowing}/commands`, create);
  assert.equal(again.headers['idempotency-replayed'], 'true');

  const user = await ask(`${allowing}/users/page`, {});
  assert.equal(user.body.name, 'Page');
  const problem = await ask(`${allowing}/users/nobody`, {});
  assert.equal(problem.status, 404);
  assert.equal(problem.body.code, 'UserNotFound');
  const events = await ask(`${allowing}/streams/user-page/events?limit=1`, {headers: {Accept: 'application/cloudevents-batch+json'}});
  assert.equal(events.body[0].type, 'userCreated');

  for (const [path, init] of [['/commands', create], ['/users/page', {}], ['/users/nobody', {}]]) {
    assert.deepEqual(await ask(refusing + path, init), {refused: 'TypeError'}, path);
  }
  console.log('the page was let in where it is allowed, and nowhere else');
} finally {
  await browser.close();
  site.close();
}
