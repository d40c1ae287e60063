import { existsSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { chromium } from 'playwright-core';
import { onTestFinished } from 'vitest';

const CHROMIUM = '/usr/bin/chromium';
const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'];

/** Why tests with a browser are skipped here; undefined when it is installed. */
export const whyNoBrowser = existsSync(CHROMIUM) ? undefined : `skipped without ${CHROMIUM}`;

/** A page of the sandbox in a real browser, which is gone when the test is over; `size` is that of its window. */
export async function openPage(url: string, size?: { width: number; height: number }): Promise<Page> {
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGS });
  onTestFinished(() => browser.close());
  const page = await browser.newPage(size ? { viewport: size, deviceScaleFactor: 2 } : {});
  await page.goto(url);
  return page;
}

/** Types a text as the person that the page shows. */
export async function type(page: Page, text: string): Promise<void> {
  await page.locator('#input').fill(text);
  await page.locator('#input').press('Enter');
}

/** Waits until the last message has these words. */
export async function shows(page: Page, words: string | RegExp): Promise<void> {
  await page.locator('article').last().filter({ hasText: words }).waitFor({ timeout: 15_000 });
}
