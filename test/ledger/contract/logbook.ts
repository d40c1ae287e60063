import { expect, test } from 'vitest';
import type { Open } from '../contract.ts';
import { NODES, sampleAsk, sampleAudit, sampleJob, T0 } from '../samples.ts';

/** Looking up and writing down. */
export function testLogbook(open: Open): void {
  test('jobs come newest first, by any beginning of their id', async () => {
    const { ledger } = await open();
    const ids = ['abc', 'abd', 'ab', 'xyz'];
    const jobs = ids.map((id, i) => sampleJob({ id, askedAt: T0 + i }));
    await ledger.ask({ ...sampleAsk('1'), jobs });
    const found = async (id: string, limit = 9) => (await ledger.jobs({ id, limit })).map((job) => job.id);

    expect((await ledger.jobs({ limit: 2 })).map((job) => job.id)).toEqual(['xyz', 'ab']);
    expect(await found('ab')).toEqual(['ab', 'abd', 'abc']);
    expect(await found('ab', 2)).toEqual(['ab', 'abd']);
    expect(await found('abc')).toEqual(['abc']);
    expect(await found('abcd')).toEqual([]);
    expect(await found('AB')).toEqual([]);
    expect(await found('b')).toEqual([]);
  });

  test('no character of what was typed for an id means anything', async () => {
    const { ledger } = await open();
    const ids = ['abc', 'a%c', 'a_c', 'a*c', 'a?c', 'a[b]c', 'a\\c', "a'c", 'a^c', 'a:c'];
    await ledger.ask({ ...sampleAsk('1'), jobs: ids.map((id) => sampleJob({ id })) });
    for (const id of ids.slice(1))
      expect((await ledger.jobs({ id: id.slice(0, 2), limit: 9 })).map((job) => job.id)).toEqual([id]);
    for (const typed of ['%', '_', '*', '?', '[a]', '^a', 'a\u0000', '\\'])
      expect(await ledger.jobs({ id: typed, limit: 9 })).toEqual([]);
  });

  test('jobs are found by whole ids, in the order asked for', async () => {
    const { ledger } = await open();
    const ask = sampleAsk('1', ['alpha', 'beta']);
    await ledger.ask(ask);
    expect(await ledger.jobsById(['j1-1', 'nobody', 'j1', 'j'])).toEqual([ask.jobs[1], ask.jobs[0]]);
    expect(await ledger.jobsById([])).toEqual([]);
  });

  test('of beacons the latest of each node is kept', async () => {
    const { ledger } = await open();
    expect(await ledger.beacons(NODES)).toEqual([]);
    await ledger.setBeacon('beta', 'b1');
    await ledger.setBeacon('alpha', 'a1');
    await ledger.setBeacon('beta', 'b2');
    const beacons = (await ledger.beacons(NODES)).sort((a, b) => a.node.localeCompare(b.node));
    expect(beacons).toEqual([
      { node: 'alpha', token: 'a1' },
      { node: 'beta', token: 'b2' },
    ]);
  });

  test('the audit is read newest first', async () => {
    const { ledger } = await open();
    const [first, second, third] = ['asked', 'refused', 'done'].map((decision) => sampleAudit({ decision }));
    await ledger.ask({ ...sampleAsk('1'), audit: first ? [first] : [] });
    await ledger.audit(second && third ? [second, third] : []);
    await ledger.audit([]);
    expect(await ledger.audits(9)).toEqual([third, second, first]);
    expect(await ledger.audits(2)).toEqual([third, second]);
  });

  test('small facts are recalled as they were last remembered', async () => {
    const { ledger, other } = await open();
    expect(await ledger.recall('menu')).toBeUndefined();
    await ledger.remember('menu', 'a');
    await ledger.remember('menu', '🦉 "b"');
    await ledger.remember('empty', '');
    expect(await other.recall('menu')).toBe('🦉 "b"');
    expect(await other.recall('empty')).toBe('');
  });
}
