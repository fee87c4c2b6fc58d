/** What the tests of the reference page share: a Chromium of their own, and what the page must keep in every state. */
import assert from 'node:assert/strict';
import {mkdirSync, readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {join} from 'node:path';
import {chromium} from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Fails if axe finds a fault of accessibility, in the page or in one element of it, or if anything reaches beyond the window's width. */
export async function assertAccessible(page, state, within = 'html') {
  const {violations} = await page.evaluate(`${axe}; axe.run(${JSON.stringify(within)}, {resultTypes: ['violations']})`);
  const faults = violations.map(({id, help, nodes}) => `${id}: ${help}: ${nodes.slice(0, 3).map((node) => node.html)}`);
  assert.deepEqual(faults, [], `faults that axe finds, ${state}`);
  const [needed, given] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
  assert.ok(needed <= given, `the page is ${needed} pixels wide in a window of ${given}, ${state}`);
  assert.equal(await page.locator('main').count(), 1, `main landmarks, ${state}`);
}

/** A Chromium whose profile is below the directory. It has time, for a busy machine. */
export async function launch(directory) {
  const profile = join(directory, 'profile');
  mkdirSync(profile, {recursive: true});
  const browser = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    viewport: {width: 1280, height: 1600},
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
           '--disable-component-update', '--disable-sync'],
  });
  browser.setDefaultTimeout(120_000);
  return browser;
}
