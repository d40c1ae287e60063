import { expect, test } from 'vitest';
import type { Ledger } from '#src/ledger/port.ts';
import type { Open } from '../contract.ts';
import { sampleAsk, T0, tell } from '../samples.ts';

/** What telling a post leaves behind. */
export function testTelling(open: Open): void {
  const postOf = async (ledger: Ledger, id = 'p1') => (await ledger.story(id))?.post;
  const lease = (ledger: Ledger, by: string, now = T0) => ledger.lease('p1', { by, now, until: now + 10_000 });

  test('told stores revision, message, times and what was sent beside it', async () => {
    const { ledger } = await open();
    const ask = sampleAsk('1', ['alpha'], { dueAt: T0 + 1 });
    await ledger.ask(ask);
    const stored = {
      message: 55,
      notBefore: T0 + 3000,
      calmUntil: T0 + 4000,
      dueAt: T0 + 9000,
      extras: ['file' as const],
    };
    await tell(ledger, { post: 'p1', ...stored });
    expect(await postOf(ledger)).toEqual({ ...ask.post, told: 1, ...stored });
    expect(await ledger.untold(T0 + 99_000)).toEqual([]);
  });

  test('told without a due time clears it and keeps what else it does not name', async () => {
    const { ledger } = await open();
    const ask = sampleAsk('1', ['alpha'], {
      dueAt: T0 + 1,
      message: 55,
      extras: ['ring'],
      notBefore: T0 - 1,
      calmUntil: T0 - 2,
    });
    await ledger.ask(ask);
    await tell(ledger, { post: 'p1' });
    expect(await postOf(ledger)).toEqual({ ...ask.post, told: 1, dueAt: undefined });
  });

  test('told adds to what was sent beside the post, each once', async () => {
    const { ledger } = await open();
    await ledger.ask(sampleAsk('1', [], { extras: ['ring'] }));
    await tell(ledger, { post: 'p1', revision: undefined, extras: ['ring', 'file'] });
    await tell(ledger, { post: 'p1', extras: [] });
    expect((await postOf(ledger))?.extras).toEqual(['ring', 'file']);
  });

  test('told of an older revision leaves the post untold, and never takes one back', async () => {
    const { ledger } = await open();
    await ledger.ask(sampleAsk('1', ['alpha'], { revision: 5, told: 3 }));
    await tell(ledger, { post: 'p1', revision: 2 });
    expect((await postOf(ledger))?.told).toBe(3);
    await tell(ledger, { post: 'p1', revision: 4 });
    expect((await postOf(ledger))?.told).toBe(4);
    expect(await ledger.untold(T0)).toEqual(['p1']);
  });

  test('told without a revision ends the lease and leaves the post for later', async () => {
    const { ledger } = await open();
    const ask = sampleAsk('1', ['alpha'], { dueAt: T0 + 9000 });
    await ledger.ask(ask);
    await tell(ledger, { post: 'p1', revision: undefined, notBefore: T0 + 3000 });
    expect(await postOf(ledger)).toEqual({ ...ask.post, notBefore: T0 + 3000 });
    expect(await ledger.untold(T0 + 2999)).toEqual([]);
    expect(await ledger.untold(T0 + 3000)).toEqual(['p1']);
  });

  test('told of a holder whose lease ran out counts while nobody else took it', async () => {
    const { ledger } = await open();
    await ledger.ask(sampleAsk('1'));
    await lease(ledger, 'me', T0 - 60_000);
    await ledger.told({ post: 'p1', by: 'me', revision: 1, message: 55 });
    expect(await postOf(ledger)).toMatchObject({ told: 1, message: 55 });
  });

  test('told of one who lost the lease stores a message that was not known, and nothing else', async () => {
    const { ledger } = await open();
    const ask = sampleAsk('1', ['alpha'], { dueAt: T0 + 9000 });
    await ledger.ask(ask);
    await lease(ledger, 'me');
    await lease(ledger, 'you', T0 + 10_000);
    await ledger.told({
      post: 'p1',
      by: 'me',
      revision: 1,
      message: 55,
      notBefore: T0 + 77,
      dueAt: T0 + 77,
      calmUntil: T0 + 77,
      extras: ['ring'],
    });
    expect(await postOf(ledger)).toEqual({ ...ask.post, message: 55 });
    expect(await lease(ledger, 'she', T0 + 10_001), 'the lease of another is not ended').toBeUndefined();

    await ledger.told({ post: 'p1', by: 'me', revision: 1, message: 56 });
    expect((await postOf(ledger))?.message, 'a known message stays').toBe(55);
    await ledger.told({ post: 'p1', by: 'you', revision: 1, message: 57 });
    expect(await postOf(ledger)).toMatchObject({ told: 1, message: 57 });
  });

  test('told of one who never had a lease, or of no post, changes nothing', async () => {
    const { ledger } = await open();
    const ask = sampleAsk('1', ['alpha'], { message: 55 });
    await ledger.ask(ask);
    await ledger.told({ post: 'p1', by: 'me', revision: 1, message: 56 });
    await ledger.told({ post: 'p2', by: 'me', revision: 1, message: 56 });
    expect(await postOf(ledger)).toEqual(ask.post);
    expect(await postOf(ledger, 'p2')).toBeUndefined();
  });
}
