/** A page that runs a script of docs/feeds.md: node docs_feed.mjs PORT-of-the-page PROFILE, the script on standard input up to its end.
 * Prints what the script logs, and `caught up` where history ends. Ends with SIGTERM. */
import {createServer} from 'node:http';
import {readFileSync} from 'node:fs';
import {chromium} from 'playwright-core';

const [port, profile] = process.argv.slice(2);
const script = readFileSync(0, 'utf8');
const site = createServer((_, answer) => answer.setHeader('content-type', 'text/html').end('<title>A page</title>'));
await new Promise((listening) => site.listen(Number(port), '127.0.0.1', listening));
const browser = await chromium.launchPersistentContext(profile, {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
         '--disable-component-update', '--disable-sync'],
});
const page = browser.pages()[0] ?? await browser.newPage();
page.on('console', (message) => console.log(message.text()));
await page.goto(`http://127.0.0.1:${port}/`);
await page.evaluate(() => {
  const Plain = EventSource;
  window.EventSource = class extends Plain {
    constructor(...how) {
      super(...how);
      this.addEventListener('caught-up', () => console.log('caught up'));
    }
  };
});
await page.evaluate(script);
process.on('SIGTERM', async () => {
  await browser.close();
  process.exit(0);
});
