import { expect, test } from 'vitest';
import logs from '#handlers/logs.ts';
import type { Input } from '#src/operation/args.ts';
import { runWith, toolsWith } from './tools.ts';

const report = (input: Input, text: string) =>
  logs.report({ node: 'alpha', params: logs.parse(input), result: { text }, tookMs: 1 });

test.for([
  [{ target: 'web' }, { lines: 40, sinceMs: undefined, grep: undefined }],
  [
    { target: 'web', lines: '3', since: '2m', grep: 'a b' },
    { lines: 3, sinceMs: 120_000, grep: 'a b' },
  ],
] as const)('%j is asked of the workload as %j', async ([input, query]) => {
  const asked: unknown[] = [];
  const read = async (...args: unknown[]) => {
    asked.push(args.slice(0, 2));
    return 'one\ntwo';
  };
  const ran = await runWith(logs, input, toolsWith({ workloads: { logs: read } }));
  expect(ran).toEqual({ result: { text: 'one\ntwo' }, steps: ['read'], notes: [] });
  expect(asked).toEqual([['web', query]]);
});

test('it needs no plan and changes nothing', async () => {
  expect(logs.risk).toBe('read');
});

test('its report quotes the lines and counts them', () => {
  expect(report({ target: 'web' }, 'one\ntwo\n')).toEqual({
    tone: 'info',
    title: 'web: 2 lines',
    facts: [],
    block: { label: 'Output of web', text: 'one\ntwo\n' },
    buttons: [],
  });
});

test('its report names the filters', () => {
  expect(report({ target: 'web', since: '1h', grep: 'boom' }, 'boom')).toMatchObject({
    title: 'web: 1 line of the last 1 h with "boom"',
  });
  expect(report({ target: 'web', grep: 'boom' }, '\n')).toEqual({
    tone: 'info',
    title: 'web: no lines with "boom"',
    facts: [],
    buttons: [],
  });
});

test.for(['0', '1001', '1.5', 'many', ''])('%j is no number of lines', (lines) => {
  expect(() => logs.parse({ target: 'web', lines })).toThrow('lines: write a whole number from 1 to 1000.');
});
