/** A page whose EventSource follows the log of a server that is restarted: node event_source.mjs URL PORT-of-the-page PROFILE.
 * Says `following` once it has caught up; `{"seen": [...], "opened": n}` when standard input says `tell POSITION` and it has come there. */
import {createServer} from 'node:http';
import {createInterface} from 'node:readline';
import {chromium} from 'playwright-core';

const [url, port, profile] = process.argv.slice(2);
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
  await page.evaluate((feed) => {
    window.seen = [];
    window.opened = 0;
    window.caughtUp = 0;
    const source = new EventSource(feed);
    source.addEventListener('open', () => ++window.opened);
    source.addEventListener('caught-up', () => ++window.caughtUp);
    for (const type of ['userCreated', 'userRenamed']) {
      source.addEventListener(type, (message) => {
        const event = JSON.parse(message.data);
        if (String(event.position) !== message.lastEventId.split('.')[0]) throw new Error(`id ${message.lastEventId} for ${message.data}`);
        window.seen.push(event.position);
      });
    }
  }, `${url}/events`);
  await page.waitForFunction(() => window.caughtUp > 0, undefined, {timeout: 60000});
  console.log('following');
  for await (const line of createInterface({input: process.stdin})) {
    const last = Number(line.split(' ')[1]);
    await page.waitForFunction((position) => window.seen.at(-1) >= position, last, {timeout: 60000});
    console.log(JSON.stringify(await page.evaluate(() => ({seen: window.seen, opened: window.opened}))));
  }
} finally {
  await browser.close();
  site.close();
}
