import { existsSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { chromium } from 'playwright-core';
import { afterEach, expect, test } from 'vitest';
import { ADA, startHouse } from './house.ts';

const CHROMIUM = '/usr/bin/chromium';
const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'];

let browser: Browser | undefined;

afterEach(async () => {
  await browser?.close();
  browser = undefined;
});

test.skipIf(!existsSync(CHROMIUM))(
  `a person types, presses and reads on the sandbox page (skipped without ${CHROMIUM})`,
  { timeout: 60_000 },
  async () => {
    const house = await startHouse();
    await house.healthy();
    const page = await openPage(`${house.url}/#as=${ADA}&chat=${ADA}`);

    await type(page, '/health');
    await shows(page, 'Ledger answers in');
    await shows(page, 'job ');

    await type(page, '/restart local demo');
    await shows(page, 'This will run:');
    await page.locator('article').last().getByRole('button', { name: 'Restart demo', exact: true }).click();
    await shows(page, 'restarted and healthy');
    expect(await house.jobs()).toMatchObject([{ operation: 'restart', verdict: 'done' }, { operation: 'health' }]);

    await page.locator('[data-person="1003"]').first().click();
    await type(page, '/help');
    await shows(page, '/health');
    expect(await page.locator('article').last().innerText()).not.toContain('/restart');
  },
);

async function openPage(url: string): Promise<Page> {
  browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGS });
  const page = await browser.newPage();
  await page.goto(url);
  return page;
}

async function type(page: Page, text: string): Promise<void> {
  await page.locator('#input').fill(text);
  await page.locator('#input').press('Enter');
}

/** Waits until the last message has these words. */
async function shows(page: Page, words: string): Promise<void> {
  await page.locator('article').last().filter({ hasText: words }).waitFor({ timeout: 15_000 });
}
