import { expect, test } from 'vitest';
import { openPage, shows, type, whyNoBrowser } from './hands.ts';
import { ADA, startHouse } from './house.ts';

test.skipIf(whyNoBrowser !== undefined)(
  `a person types, presses and reads on the sandbox page ${whyNoBrowser ?? ''}`,
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
