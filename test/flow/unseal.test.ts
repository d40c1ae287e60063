import { describe, expect, test } from 'vitest';
import { whyWithout } from '../fixtures/redis.ts';
import { formsFound } from '../fixtures/shareForms.ts';
import { buttonsOf } from './chat.ts';
import { nothing, yes } from './question.ts';
import { HOLDERS, startUnsealing } from './unsealing.ts';

const why = whyWithout('openssl');
const TIME = '\\d\\d:\\d\\d:\\d\\d';
const linesOf = (text: string | undefined) => (text ?? '').split('\n');

describe.skipIf(why !== undefined)(`a sealed Vault ${why ?? ''}`, () => {
  test('is opened by three of five nodes, one after the other, after the yes of two people to one question', async () => {
    const { vault, fleet, ada, ben, given, request } = await startUnsealing();
    const { question, copy } = await request();
    expect(linesOf(question.text)).toEqual([
      'Open main with the shares of these nodes? · stage',
      expect.stringMatching(/^To main at localhost:\d+$/),
      `Believed there ${vault.ca}`,
      ...HOLDERS.map((name, i) =>
        expect.stringMatching(`^▫️ ${name} · Gives its share safe ${i + 1} \\([0-9a-f]{8}\\)$`),
      ),
      'They are asked one after the other, as long as it takes more of them.',
      expect.stringMatching(`^✅ Ada asked, and said yes at ${TIME}$`),
      '⏳ Still missing: Ben. There is 15 min left.',
    ]);
    expect(copy.text).toBe(question.text);
    expect(await ada.press(yes({ ...copy, message_id: question.message_id }))).toMatchObject({
      text: 'You have said yes. Now it waits for Ben.',
    });
    expect(given()).toBe(0);

    expect(await ben.press(yes(copy))).toMatchObject({ text: 'On it.' });
    const done = await ada.edited(question.message_id, /^✅ main is open/);
    expect(linesOf(done.text)).toEqual([
      '✅ main is open',
      expect.stringMatching(`^👤 Ada asked, and said yes at ${TIME}$`),
      expect.stringMatching(`^👤 Ben said yes at ${TIME}$`),
      '✅ alpha · main has 1 of 3 shares',
      '✅ beta · main has 2 of 3 shares',
      '✅ delta · main is open',
      expect.stringMatching(/^Ada · \d/),
    ]);
    expect(buttonsOf(done).map(({ text }) => text)).toEqual(['Look']);
    expect((await ben.edited(copy.message_id, /^☑️ Open main/)).text).toContain('Ben said yes at');
    expect((await vault.status()).sealed).toBe(false);
    expect(given()).toBe(3);
    const told = (await fleet.ledger.audits(50)).map(
      ({ operator, node, decision }) => `${operator?.name} ${decision} ${node}`,
    );
    expect(told.reverse().filter((line) => !line.includes('alert'))).toEqual(
      [
        ...['asked', 'confirmed', 'approved'].map(
          (decision) => `${decision === 'approved' ? 'Ben' : 'Ada'} ${decision} ${HOLDERS.join(' ')}`,
        ),
        ...['alpha', 'beta', 'delta'].flatMap((node) => [`Ada ordered ${node}`, `Ada done ${node}`]),
        'Ada campaign over undefined',
      ].toSpliced(2, 0, `Ada refused undefined`),
    );

    const places = [
      ['log', fleet.logged.join('')],
      ['chat', JSON.stringify(await fleet.everyCall())],
      ['ledger', JSON.stringify([await fleet.ledger.jobs({ limit: 50 }), await fleet.ledger.audits(50)])],
    ].map(([place, text]) => [place, Buffer.from(text ?? '')] as [string, Buffer]);
    expect(HOLDERS.flatMap((_, i) => formsFound(vault.share(i), places))).toEqual([]);
  });

  test('is opened without a node that is away and one whose policy says no, and the question says so', async () => {
    const { ada, ben, request } = await startUnsealing({
      alpha: { ago: 1_200_000 },
      beta: { policy: [{ operations: ['health'] }] },
    });
    const { question, copy } = await request();
    expect(linesOf(question.text).filter((each) => each.startsWith('➖'))).toEqual([
      expect.stringMatching(/^➖ alpha is not asked: has been away for 20 min/),
      expect.stringMatching(/^➖ beta is not asked: The policy of beta does not allow vault_share of main to you/),
    ]);
    await ben.press(yes(copy));
    const done = await ada.edited(question.message_id, /^✅ main is open/);
    expect(done.text).toMatch(/delta · main has 1 of 3.*\n.*gamma · main has 2 of 3.*\n.*omega · main is open/);
  });

  test('stays sealed when too few nodes can give one; the next time that is said at once', async () => {
    const away = { ago: 1_200_000 };
    const { ada, ben, given, request } = await startUnsealing({ alpha: away, beta: away, delta: away });
    const { question, copy } = await request();
    await ben.press(yes(copy));
    const end = await ada.edited(question.message_id, /^❌/);
    expect(linesOf(end.text).slice(0, 2)).toEqual([
      '❌ main stays sealed: it has 1 of 3 shares, and too few other nodes can give one',
      'Bring back what is missing, or give it by hand. Begin anew: /unseal main --reset',
    ]);
    expect(given()).toBe(1);
    expect((await ada.ask('/unseal main')).text).toMatch(
      /^main takes 3 shares, and only gamma, omega can give one\. Missing: alpha has been away for 20 min[^;]*; beta .*; delta .*\. See \/nodes$/,
    );
  });

  test('is not asked about when every policy says no', async () => {
    const policy = [{ operations: ['health'] }];
    const refusing = { policy };
    const { ada, given } = await startUnsealing(Object.fromEntries(HOLDERS.map((name) => [name, refusing])));
    const end = await ada.edited((await ada.ask('/unseal main')).message_id, /^❌ no node can give its share now/);
    expect(linesOf(end.text).filter((each) => each.startsWith('➖'))).toHaveLength(5);
    expect((await ada.ask('/yes')).text).toBe('No question waits for you here. See /jobs');
    expect(given()).toBe(0);
  });

  test('is opened past a node that keeps the share of another', async () => {
    const { ada, ben, request } = await startUnsealing({ beta: { sameAs: 0 } });
    const { question, copy } = await request();
    await ben.press(yes(copy));
    const done = await ada.edited(question.message_id, /^✅ main is open/);
    expect(linesOf(done.text).slice(3, -1)).toEqual([
      '✅ alpha · main has 1 of 3 shares',
      '⚠️ beta · main has 1 of 3 shares: this one had been given before',
      '✅ delta · main has 2 of 3 shares',
      '✅ gamma · main is open',
    ]);
  });

  test('throws everything away at a wrong share, and is opened without that node', async () => {
    const wrong = Buffer.alloc(33, 7);
    const { vault, ada, ben, request } = await startUnsealing({ alpha: { share: wrong } });
    const first = await request();
    await ben.press(yes(first.copy));
    const end = await ada.edited(first.question.message_id, /^❌/);
    expect(linesOf(end.text).slice(0, 2)).toEqual([
      '❌ main stays sealed: one of the shares of alpha, beta, delta is wrong, and Vault has thrown them all away',
      'It does not say which one. Begin anew with other nodes, such as: /unseal main --without alpha',
    ]);
    const second = await request('/unseal main --without alpha because the first try failed');
    expect(second.question.text).toContain('➖ alpha is not asked: left out');
    await ben.press(yes(second.copy));
    expect((await ada.edited(second.question.message_id, /^✅ main is open/)).text).toContain(
      'Reason: the first try failed',
    );
    expect((await vault.status()).sealed).toBe(false);
  });

  test('that somebody else is opening is left alone, until it is said that theirs is thrown away', async () => {
    const { vault, ada, ben, given, request } = await startUnsealing();
    await vault.client.unseal(vault.share(4), AbortSignal.timeout(5_000));
    const first = await request();
    await ben.press(yes(first.copy));
    const end = await ada.edited(first.question.message_id, /^❌/);
    expect(end.text).toMatch(/^❌ another attempt is under way at main \([0-9a-f]{8}\), with 1 of 3 shares\n/);
    expect(end.text).toContain('To throw that away and begin anew: /unseal main --reset');
    expect(given()).toBe(1);
    const second = await request('/unseal main --reset');
    expect(second.question.text).toMatch(/^Throw away what was given before, and open main with/);
    expect(second.question.text).toContain('Before throws away what was given to it');
    await ben.press(yes(second.copy));
    expect((await ada.edited(second.question.message_id, /^✅ main is open/)).text).toContain(
      'alpha · main has 1 of 3',
    );
    expect(given()).toBe(4);
  });

  test('with a standby is opened server by server: what is still sealed has a button of its own', async () => {
    const { fleet, ben, ada, given, request } = await startUnsealing({}, { standby: true });
    const first = await request();
    await ben.press(yes(first.copy));
    const open = await ada.edited(first.question.message_id, /^✅ main is open/);
    expect(linesOf(open.text)[1]).toMatch(/^Still sealed, and opened each by itself: localhost:\u2060?\d+$/);
    expect(buttonsOf(open).map(({ text }) => text)).toEqual([expect.stringMatching(/^Unseal localhost:/), 'Look']);
    await ada.press(buttonsOf(open).find(({ text }) => text === 'Look') ?? nothing());
    const look = await ada.until(/main is sealed on 1 of 2 servers/);
    const buttons = buttonsOf(look).filter(({ text }) => text.startsWith('Unseal localhost:'));
    expect(buttons).toHaveLength(1);
    await ada.press(buttons[0] ?? nothing());
    const question = await ada.until(/^Open main at localhost:\d+ with the shares of these nodes/);
    await ada.press(yes(question));
    await ben.press(yes(await ben.until(/^Open main at[\s\S]*Still missing: Ben/)));
    await ada.edited(question.message_id, /^✅ main at localhost:\u2060\d+ is open/);
    expect(given()).toBe(3);
    expect((await fleet.jobs()).filter(({ operation }) => operation === 'vault_share')).toHaveLength(6);
  });

  test('that is restarted, or begun by somebody else, between two nodes ends it with its own words', async () => {
    const { vault, ada, ben, hooks, given, request } = await startUnsealing();
    hooks.before = (node) => node === 'beta' && vault.server.restart();
    const first = await request();
    await ben.press(yes(first.copy));
    const lost = await ada.edited(first.question.message_id, /^❌/);
    expect(lost.text).toMatch(/^❌ main stays sealed: what was given to it is gone\nIt was restarted, or/);
    hooks.before = async (node) => {
      if (node !== 'beta') return;
      vault.server.restart();
      await vault.client.unseal(vault.share(4), AbortSignal.timeout(5_000));
    };
    const second = await request();
    await ben.press(yes(second.copy));
    const other = await ada.edited(second.question.message_id, /^❌/);
    expect(other.text).toContain('What was given here before is gone, or counts no more.');
    expect(given()).toBe(3);
  });
});
