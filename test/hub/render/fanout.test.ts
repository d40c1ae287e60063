import { describe, expect, test } from 'vitest';
import { fanoutScreen } from '#src/hub/render/fanout.ts';
import type { Job } from '#src/ledger/records.ts';
import type { ReplyInput } from '#src/operation/reply.ts';
import { T0 } from '../../ledger/samples.ts';
import { endedJob, sampleView, webJob } from '../samples.ts';

const view = sampleView({ now: T0 + 2_000 });
const health = { operation: 'health', input: {} };
const answer = (node: string, reply: Partial<ReplyInput>, job: Partial<Job> = {}) =>
  endedJob(reply, { node, ...health, ...job });
const waiting = (node: string, job: Partial<Job> = {}) => webJob({ node, ...health, ...job });
const well = { tone: 'ok' as const, title: 'all is well' };
const FOOTER = '<i>Ada · details of one node: /health alpha</i>';
const DISK = { label: 'Disk', value: '1 GB free', limit: 'at least 10 GB', tone: 'bad' as const };

describe('a read of many nodes', () => {
  test('that are all well is two lines: the whole, and who said so', () => {
    const jobs = ['alpha', 'beta', 'gamma'].map((node) => answer(node, well));
    expect(fanoutScreen(jobs, view)).toEqual({
      html: ['✅ <b>Health: 3 nodes well</b>', '✅ <b>alpha, beta, gamma</b> · <b>all is well</b>', FOOTER].join('\n'),
      keyboard: [],
      final: true,
      dueAt: undefined,
    });
  });

  test('shows the worst first, with what is wrong in full and nothing of what is fine', () => {
    const jobs = [
      answer('alpha', { ...well, facts: [{ label: 'Load', value: '0.1', tone: 'ok' }] }),
      answer('beta', {
        tone: 'warn',
        title: '1 thing to look at',
        facts: [{ label: 'API', value: 'slow', tone: 'warn' }],
      }),
      answer('gamma', { tone: 'bad', title: '1 thing to look at', facts: [{ label: 'Load', value: '0.1' }, DISK] }),
    ];
    expect(fanoutScreen(jobs, view).html).toBe(
      [
        '❌ <b>Health: 1 of 3 nodes well</b>',
        '❌ <b>gamma</b> · <b>1 thing to look at</b>',
        '❌ Disk <code>1 GB free</code> · at least 10 GB',
        '⚠️ <b>beta</b> · <b>1 thing to look at</b>',
        '⚠️ API <code>slow</code>',
        '✅ <b>alpha</b> · <b>all is well</b>',
        FOOTER,
      ].join('\n'),
    );
  });

  test('that say the same are one group, each with its own details under its name', () => {
    const ill = (value: string) => ({ tone: 'bad' as const, title: '1 thing to look at', facts: [{ ...DISK, value }] });
    expect(fanoutScreen([answer('alpha', ill('1 GB')), answer('beta', ill('2 GB'))], view).html).toBe(
      [
        '❌ <b>Health: 0 of 2 nodes well</b>',
        '❌ <b>alpha, beta</b> · <b>1 thing to look at</b>',
        '<b>alpha</b>',
        '❌ Disk <code>1 GB</code> · at least 10 GB',
        '<b>beta</b>',
        '❌ Disk <code>2 GB</code> · at least 10 GB',
        FOOTER,
      ].join('\n'),
    );
  });

  test('tells of a node that is away as one of the answers', () => {
    const away = answer('delta', { tone: 'bad', title: 'away for 12 min, not asked' }, { verdict: 'refused' });
    expect(fanoutScreen([answer('alpha', well), away, answer('beta', well)], view).html).toBe(
      [
        '❌ <b>Health: 2 of 3 nodes well</b>',
        '❌ <b>delta</b> · <b>away for 12 min, not asked</b>',
        '✅ <b>alpha, beta</b> · <b>all is well</b>',
        FOOTER,
      ].join('\n'),
    );
  });

  test('is not final while a node is asked, and is looked at when the first of them is due', () => {
    const jobs = [
      answer('alpha', well),
      waiting('beta', { expiresAt: T0 + 60_000 }),
      waiting('gamma', { expiresAt: T0 + 50_000 }),
    ];
    expect(fanoutScreen(jobs, view)).toEqual({
      html: [
        '⏳ <b>Health: 1 of 3 nodes well</b>',
        '✅ <b>alpha</b> · <b>all is well</b>',
        '⏳ <b>beta</b>',
        '⏳ <b>gamma</b>',
        FOOTER,
      ].join('\n'),
      keyboard: [],
      final: false,
      dueAt: T0 + 51_000,
    });
  });

  test('says which node does not answer', () => {
    const jobs = [answer('alpha', well), waiting('beta', { expiresAt: T0 + 60_000 })];
    const screen = fanoutScreen(jobs, sampleView({ now: T0 + 61_000 }));
    expect(screen).toEqual({
      html: [
        '⏳ <b>Health: 1 of 2 nodes well</b>',
        '✅ <b>alpha</b> · <b>all is well</b>',
        '❔ <b>beta</b> No word from beta; it cannot start any more after 14:14:20.',
        FOOTER,
      ].join('\n'),
      keyboard: [],
      final: false,
      dueAt: undefined,
    });
  });
});

describe('the output of many nodes', () => {
  const logs = { operation: 'logs', input: { target: 'web' } };
  const lines = (node: string, text: string) =>
    answer(node, { tone: 'info', title: 'web: some lines', block: { label: 'Output of web', text } }, logs);

  test('is quoted node by node', () => {
    expect(fanoutScreen([lines('alpha', 'from alpha'), lines('beta', 'from beta')], view).html).toBe(
      [
        'ℹ️ <b>Logs: 2 nodes well</b>',
        'ℹ️ <b>alpha, beta</b> · <b>web: some lines</b>',
        '<b>alpha</b>',
        'Output of web (untrusted):\n<pre>from alpha</pre>',
        '<b>beta</b>',
        'Output of web (untrusted):\n<pre>from beta</pre>',
        '<i>Ada · details of one node: /logs alpha</i>',
      ].join('\n'),
    );
  });

  test('that is too long for the message is in the file that the message speaks of', () => {
    const long = 'a line of the log\n'.repeat(200);
    const { html, file } = fanoutScreen([lines('alpha', `first of alpha\n${long}`), lines('beta', 'from beta')], view);
    expect(html).toContain('all of it is in the file');
    expect(file).toMatchObject({ text: expect.stringContaining('first of alpha') });
  });
});
