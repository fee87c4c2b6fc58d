/** Opens the reference page in Chromium: node reference_page.mjs URL DIRECTORY. Leaves pictures of it in the directory. */
import assert from 'node:assert/strict';
import {mkdirSync, readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {join} from 'node:path';
import {chromium} from 'playwright-core';

const [url, directory] = process.argv.slice(2);
const profile = join(directory, 'profile');
mkdirSync(profile, {recursive: true});
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Fails if axe finds a fault of accessibility, or if anything reaches beyond the window's width. */
async function assertAccessible(page, state) {
  const {violations} = await page.evaluate(`${axe}; axe.run(document, {resultTypes: ['violations']})`);
  const faults = violations.map(({id, help, nodes}) => `${id}: ${help}: ${nodes.slice(0, 3).map((node) => node.html)}`);
  assert.deepEqual(faults, [], `faults that axe finds, ${state}`);
  const [needed, given] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
  assert.ok(needed <= given, `the page is ${needed} pixels wide in a window of ${given}, ${state}`);
  assert.equal(await page.locator('main').count(), 1, `main landmarks, ${state}`);
}

const browser = await chromium.launchPersistentContext(profile, {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  viewport: {width: 1280, height: 1600},
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
         '--disable-component-update', '--disable-sync'],
});
try {
  const page = browser.pages()[0] ?? await browser.newPage();
  const faults = [], elsewhere = [];
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('request', (request) => /^(data|blob):/.test(request.url()) || request.url().startsWith(`${url}/`) ||
                                  elsewhere.push(request.url()));

  await page.goto(`${url}/docs`);
  await page.waitForSelector('.opblock');
  const contract = await (await fetch(`${url}/openapi.json`)).json();
  const operations = Object.values(contract.paths).flatMap((path) => Object.values(path));
  const shown = await page.locator('.opblock').count();
  assert.equal(shown, operations.length, 'operations that are shown');
  await page.screenshot({path: join(directory, 'all.png'), fullPage: true});
  await assertAccessible(page, 'closed');

  // One operation, opened: its text, its schema, its refusals.
  const create = page.locator('#operations-users-createUser');
  await create.locator('.opblock-summary-control').click();
  await create.getByText('Registers a new user').first().waitFor();
  const text = await create.textContent();
  for (const word of ['Idempotency-Key', 'UserAlreadyExists', 'EmailTaken', 'ada@example.org']) {
    assert.ok(text.includes(word), `the page says nothing of ${word}`);
  }
  await create.screenshot({path: join(directory, 'create.png')});

  // And one carried out from the page.
  const get = page.locator('#operations-users-getUser');
  await get.locator('.opblock-summary-control').click();
  await get.locator('input[placeholder="userId"]').fill('u1');
  await get.locator('button.execute').click();
  await get.locator('.live-responses-table .microlight').getByText('Ada Lovelace').first().waitFor();
  await get.screenshot({path: join(directory, 'get.png')});

  // In a wide window and in the narrowest, with operations and a schema of each kind open.
  for (const tag of await page.locator('.opblock-tag-section').all()) {
    const first = tag.locator('.opblock').first();
    if (await first.locator('.opblock-body').count() > 0) continue;
    await first.locator('.opblock-summary-control').click();
    await first.locator('.responses-inner').waitFor();
  }
  await page.locator('.models-control').click();
  await page.locator('.json-schema-2020-12-expand-deep-button').first().click();
  for (const width of [1280, 320]) {
    await page.setViewportSize({width, height: 1600});
    await page.screenshot({path: join(directory, `${width}.png`), fullPage: true});
    await assertAccessible(page, `${width} pixels wide`);
  }

  assert.equal(await page.locator('.errors-wrapper').count(), 0, 'errors that the page shows');
  assert.deepEqual(faults, [], 'errors on the console');
  assert.deepEqual(elsewhere, [], 'requests to elsewhere');
  console.log(`${shown} operations, no error, nothing from elsewhere; pictures in ${directory}`);
} finally {
  await browser.close();
}
