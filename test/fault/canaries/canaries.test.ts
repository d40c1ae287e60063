import { expect, test } from 'vitest';
import { whyWithout } from '../../fixtures/redis.ts';
import { formsOf, hitsOf } from './forms.ts';
import { lookForSecrets } from './run.ts';

const without = whyWithout('redis-server');
const SECRET = 'planted+0/secret~of a test';

test('a planted secret is found in each form, at any place of what it stands in', () => {
  for (const [form, text] of formsOf(SECRET))
    expect(hitsOf(new Map([['it', SECRET]]), [['x', Buffer.from(`a${text}b`)]]), form).not.toEqual([]);
  for (const shift of ['', 'a', 'ab'])
    for (const coding of ['base64', 'base64url'] as const) {
      const bytes = Buffer.from(Buffer.from(`${shift}${SECRET}and more`).toString(coding));
      expect(hitsOf(new Map([['it', SECRET]]), [['x', bytes]])).not.toEqual([]);
    }
});

test.skipIf(without !== undefined)(
  `no secret stands anywhere but in its home, whatever goes wrong${without ? ` (${without})` : ''}`,
  { timeout: 120_000 },
  async () => {
    const { secrets, places, megabytes, hits } = await lookForSecrets({ rounds: 1 });
    process.stdout.write(
      `${secrets.length} secrets in ${megabytes} MB: ${hits.length} hits; ${places.length} kinds of places\n`,
    );
    expect(hits).toEqual([]);
    expect(places).toEqual(expect.arrayContaining(['MONITOR', 'state/alpha/journal.db', 'environ of a process']));
  },
);
