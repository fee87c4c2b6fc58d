/** Opens the reference page in Chromium: node reference_page.mjs URL DIRECTORY. Leaves pictures of it in the directory. */
import assert from 'node:assert/strict';
import {join} from 'node:path';
import {assertAccessible, launch} from './reference_browser.mjs';

const [url, directory] = process.argv.slice(2);
const browser = await launch(directory);
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
