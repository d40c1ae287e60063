import { expect, test } from 'vitest';
import { neverBack } from '#src/wire/epoch.ts';
import type { Keys } from '#src/wire/keys.ts';
import { makeKeys } from '#src/wire/keys.ts';
import { Order } from '#src/wire/order.ts';
import { open, seal } from '#src/wire/seal.ts';
import { AT, alpha, ORDER, party, refused } from './forge.ts';

/** What one receiver remembers over its restarts and over changes of its configuration. */
function memory(text?: string) {
  const kept: { text: string | undefined; writes: number } = { text, writes: 0 };
  return {
    kept,
    recall: async () => kept.text,
    remember: async (newest: string) => {
      kept.text = newest;
      kept.writes += 1;
    },
  };
}

const receiver = (keys: Keys, kept: ReturnType<typeof memory>) => {
  const from = party({ name: 'hub', keys });
  return neverBack(from, open(alpha, from, 'order', Order), kept);
};
const order = (keys: Keys) =>
  seal({ name: 'hub', keys }, party(alpha))('order', { jti: 'job1', body: ORDER, at: AT, lifeS: 60 });

const [first, second, third] = await Promise.all([makeKeys(1), makeKeys(2), makeKeys(3)]);

test('newer keys are taken, and older ones never again, also after a restart', async () => {
  const kept = memory();
  expect((await receiver(first, kept)(await order(first))).body).toEqual(ORDER);
  expect((await receiver(third, kept)(await order(third))).body).toEqual(ORDER);
  for (const keys of [first, second]) {
    const why = `its sender's keys have epoch ${keys.epoch}, and newer ones with epoch 3 were seen before`;
    await expect(receiver(keys, kept)(await order(keys))).rejects.toEqual(refused(why));
  }
  expect((await receiver(third, kept)(await order(third))).body).toEqual(ORDER);
});

test('one key file has one epoch: whoever stole the keys cannot raise it', async () => {
  const kept = memory();
  const opener = receiver(first, kept);
  await opener(await order(first));
  for (const opened of [opener, receiver(first, kept)])
    await expect(opened(await order({ ...first, epoch: 9_007_199_254_740_991 }))).rejects.toEqual(
      refused("its sender's keys have epoch 1, not 9007199254740991"),
    );
  expect((await receiver(second, kept)(await order(second))).body).toEqual(ORDER);
});

test('many at once are written down once, and what is not sealed not at all', async () => {
  const kept = memory();
  const opener = receiver(first, kept);
  await expect(opener(await order(second))).rejects.toMatchObject({ code: 'seal' });
  expect(kept.kept.writes).toBe(0);
  await Promise.all(Array.from({ length: 20 }, async () => opener(await order(first))));
  expect(kept.kept.writes).toBe(1);
});

test('when the memory fails nothing is opened, and it is no refusal', async () => {
  const kept = memory();
  const away = new Error('away');
  const opener = receiver(first, { ...kept, remember: async () => Promise.reject(away) });
  await expect(opener(await order(first))).rejects.toBe(away);
  await expect(opener(await order(first))).rejects.toBe(away);
});

test.each(['', 'x', '{}', '{"sender":"hub","epoch":0}'])('a memory that is spoilt is a new one: %j', async (text) => {
  const kept = memory(text);
  await receiver(first, kept)(await order(first));
  expect(kept.kept.text).toContain('"epoch":1');
});
