/**
 * The reference page of a server that authenticates its callers, in Chromium: node authorize.mjs URL DIRECTORY, with a reader's
 * token in READER.
 */
import assert from 'node:assert/strict';
import {join} from 'node:path';
import {assertAccessible, launch} from './reference_browser.mjs';

const [url, directory] = process.argv.slice(2);
const browser = await launch(directory);
try {
  const page = browser.pages()[0] ?? await browser.newPage();
  const faults = [];
  page.on('pageerror', (error) => faults.push(String(error)));

  /** Carries an operation out from the page; the status and the body that the page then shows. */
  async function tryOut(operation) {
    const block = page.locator(`#operations-${operation}`);
    if (await block.locator('.opblock-body').count() === 0) await block.locator('.opblock-summary-control').click();
    const clear = block.locator('button.btn-clear');
    if (await clear.count() > 0) await clear.click();
    await block.locator('button.execute').click();
    const answer = block.locator('.live-responses-table .response').first();
    await answer.waitFor();
    return {status: Number.parseInt(await answer.locator('.response-col_status').textContent()),
            body: await answer.locator('.response-col_description').textContent()};
  }

  async function assertRefused(when) {
    const {status, body} = await tryOut('operating-getMe');
    assert.equal(status, 401, when);
    assert.ok(body.includes('/problems/unauthorized'), body);
  }

  await page.goto(`${url}/docs`);
  await page.waitForSelector('.opblock');
  await assertRefused('before the token');

  // The dialog, with the keyboard: it takes the focus, Enter applies, Escape closes.
  await page.getByRole('button', {name: 'Authorize', exact: true}).click();
  const dialog = page.getByRole('dialog', {name: 'Available authorizations'});
  await dialog.waitFor();
  for (const width of [320, 1280]) {
    await page.setViewportSize({width, height: 1600});
    await page.screenshot({path: join(directory, `dialog-${width}.png`)});
    await assertAccessible(page, `asking for a token, ${width} pixels wide`, '.dialog-ux');
  }
  assert.ok(await dialog.getByLabel('Value:').evaluate((input) => input === document.activeElement), 'the token has the focus');
  await page.keyboard.insertText(process.env.READER);
  await page.keyboard.press('Enter');
  await dialog.getByRole('button', {name: 'Logout'}).waitFor();
  await assertAccessible(page, 'with a token', '.dialog-ux');
  await page.keyboard.press('Escape');
  await dialog.waitFor({state: 'detached'});

  const me = await tryOut('operating-getMe');
  assert.equal(me.status, 200);
  for (const word of ['"page"', '"reader"', '"apiToken"']) assert.ok(me.body.includes(word), `${word} is not in ${me.body}`);
  const create = await tryOut('users-createUser');
  assert.equal(create.status, 403);
  assert.ok(create.body.includes('/problems/forbidden'), create.body);
  await page.screenshot({path: join(directory, 'authorized.png')});

  // The page keeps the token nowhere.
  await page.reload();
  await page.waitForSelector('.opblock');
  await assertRefused('after the page was loaded anew');
  assert.deepEqual(faults, [], 'errors of the page');
  console.log(`refused, authorized, refused again; pictures in ${directory}`);
} finally {
  await browser.close();
}
