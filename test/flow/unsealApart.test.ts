import { describe, expect, test } from 'vitest';
import { whyWithout } from '../fixtures/redis.ts';
import { ADA, BEN, CLEO } from './house.ts';
import { asked, yes } from './question.ts';
import { HOLDERS, startUnsealing } from './unsealing.ts';

const why = whyWithout('openssl');
const linesOf = (text: string | undefined) => (text ?? '').split('\n');
const OPERATORS = [
  { id: ADA, name: 'Ada', role: 'admin' as const },
  { id: BEN, name: 'Ben', role: 'operator' as const },
  { id: CLEO, name: 'Cleo', role: 'operator' as const },
];

/** Each node gives its share only when its own person has said yes; Ada's is released by her own. */
async function startApart() {
  const people = { alpha: ADA, beta: BEN, delta: CLEO, gamma: CLEO, omega: BEN };
  const nodes = HOLDERS.map((name) => {
    const require = { approvers: 1, by: [people[name]], selfApproval: people[name] === ADA };
    return [name, { policy: [{ operations: ['vault_share'], require }, { operations: ['health', 'vault'] }] }] as const;
  });
  const started = await startUnsealing(Object.fromEntries(nodes), { config: { operators: OPERATORS } });
  return { ...started, cleo: started.fleet.chat(CLEO) };
}

describe.skipIf(why !== undefined)(`where each press releases the share of one node ${why ?? ''}`, () => {
  test('every node waits for its own person, and the Vault is opened once all of them have said yes', async () => {
    const { ada, ben, cleo, given, vault } = await startApart();
    const question = await asked(ada, '/unseal main');
    await ada.press(yes(question));
    const waiting = await ada.edited(question.message_id, /Still missing: 2 of Ben, Cleo/);
    const marks = (text: string | undefined) =>
      linesOf(text).flatMap(
        (each) => /^(✅|▫️) (\w+) · .*?(?: · (waits for \w+))?$/.exec(each)?.slice(1, 4).join(' ') ?? [],
      );
    expect(marks(waiting.text)).toEqual([
      '✅ alpha ',
      '▫️ beta waits for Ben',
      '▫️ delta waits for Cleo',
      '▫️ gamma waits for Cleo',
      '▫️ omega waits for Ben',
    ]);
    await ben.press(yes(await ben.until(/Still missing/)));
    const third = await ada.edited(question.message_id, /Still missing: Cleo\./);
    expect(marks(third.text).filter((each) => each.startsWith('✅'))).toEqual(['✅ alpha ', '✅ beta ', '✅ omega ']);
    expect(given()).toBe(0);
    await cleo.press(yes(await cleo.until(/Still missing/)));
    await ada.edited(question.message_id, /^✅ main is open/);
    expect(given()).toBe(3);
    expect((await vault.status()).sealed).toBe(false);
  });

  test('once it is known how many it takes, so many yeses do, and nobody gives without the yes of their own', async () => {
    const { ada, ben, cleo, given, vault, fleet } = await startApart();
    const first = await asked(ada, '/unseal main');
    await ada.press(yes(first));
    for (const person of [ben, cleo]) await person.press(yes(await person.until(/Still missing/)));
    await ada.edited(first.message_id, /^✅ main is open/);
    vault.server.restart();

    const second = await asked(ada, '/unseal main');
    await ada.press(yes(second));
    await ada.edited(second.message_id, /Still missing: Ben or Cleo\./);
    await ben.press(yes(await ben.until(/Still missing: Ben or Cleo/)));
    const done = await ada.edited(second.message_id, /^✅ main is open/);
    expect(linesOf(done.text).filter((each) => each.startsWith('➖'))).toEqual(
      ['delta', 'gamma'].map((node) => `➖ ${node} is not asked: nobody whose yes it takes has said yes`),
    );
    expect(done.text).toMatch(/✅ alpha .*\n✅ beta .*\n✅ omega · main is open/);
    expect(given()).toBe(6);
    expect((await fleet.jobs()).every(({ verdict }) => verdict === 'done')).toBe(true);
  });
});
