import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { whyWithout } from '../fixtures/redis.ts';
import { openPage, shows, type, whyNoBrowser } from './hands.ts';
import { ADA, BEN, GROUP } from './house.ts';
import { HOLDERS, startUnsealing } from './unsealing.ts';

const why = whyNoBrowser ?? whyWithout('openssl');
const PHONE = { width: 390, height: 844 };
/** A folder for pictures, where somebody wants to look. */
const SHOTS = process.env['NIGHTGUARD_SHOTS'];

test.skipIf(why !== undefined)(
  `on a phone: Ada asks for a prod Vault to be opened, her own yes is not the second, Ben's is ${why ?? ''}`,
  { timeout: 90_000 },
  async () => {
    const prod = { environment: 'prod' as const };
    const { fleet, vault, given } = await startUnsealing(Object.fromEntries(HOLDERS.map((name) => [name, prod])));
    const pageOf = async (person: number) => await openPage(`${fleet.url}/#as=${person}&chat=${GROUP}`, PHONE);
    const [ada, ben] = [await pageOf(ADA), await pageOf(BEN)];
    let shots = 0;
    const look = async (page: Page, what: string) => {
      shots += 1;
      if (SHOTS !== undefined) await page.screenshot({ path: `${SHOTS}/${shots} ${what}.png` });
    };

    await type(ada, '/unseal main');
    await shows(ada, 'Open main with the shares of these nodes?');
    await shows(ada, 'PROD');
    await look(ada, 'the question');
    await ada.getByRole('button', { name: 'Unseal main', exact: true }).click();
    await shows(ada, 'Ada needs the yes of Ben for this.');
    const approve = { name: 'Approve', exact: true } as const;
    await ada.getByRole('button', approve).waitFor();
    await look(ada, 'waits for Ben');

    await ada.getByRole('button', approve).click();
    await ada.getByText('You have said yes. Now it waits for Ben.').waitFor();
    await look(ada, 'her own is refused');
    expect(given()).toBe(0);
    expect((await vault.status()).sealed).toBe(true);

    await ben.getByRole('button', approve).click();
    await ben.locator('article').filter({ hasText: 'main is open' }).first().waitFor({ timeout: 15_000 });
    await look(ben, 'it is open');
    expect((await vault.status()).sealed).toBe(false);
    expect(given()).toBe(3);
    for (const page of [ada, ben])
      expect(await page.evaluate('document.documentElement.scrollWidth'), 'nothing is wider than the phone').toBe(
        PHONE.width,
      );
  },
);
