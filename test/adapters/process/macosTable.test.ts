import { expect, test } from 'vitest';
import type { Command, CommandResult } from '#src/adapters/command.ts';
import { createMacosTable, parsePsLine, parsePsUsage } from '#src/adapters/process/macosTable.ts';
import { patience } from '../temporary.ts';

const FINE: CommandResult = { ended: 'exit', exitCode: 0, stdout: '', stderr: '', reason: undefined };

test('the identity is the start, in seconds since 1970', () => {
  expect(parsePsLine('Ss   Sat Nov 21 04:33:05 2026    \n')).toBe(String(Date.UTC(2026, 10, 21, 4, 33, 5) / 1000));
  expect(parsePsLine('S+   Sun Mar  1 14:03:05 2026\n')).toBe(String(Date.UTC(2026, 2, 1, 14, 3, 5) / 1000));
});

test('a zombie and no line have none', () => {
  expect(parsePsLine('Z    Sat Nov 21 04:33:05 2026')).toBeUndefined();
  expect(parsePsLine('')).toBeUndefined();
  expect(parsePsLine('Ss   no date')).toBeUndefined();
});

test('what a group uses is the sum of its lines, without zombies', () => {
  const lines =
    '  800 Ss    1424   0:01.50\n  800 R     1000  1:02:03.25\n  800 Z        0   9:00.00\n    1 S    9999   0:09.00\n';
  expect(parsePsUsage(lines, 800)).toEqual({ memoryBytes: 2424 * 1024, cpuMs: 3_724_750, pids: 2 });
  expect(parsePsUsage('', 800)).toEqual({ memoryBytes: 0, cpuMs: 0, pids: 0 });
});

test('ps is asked by its full path, in UTC and plain English', async () => {
  const asked: unknown[] = [];
  const command = answering({ ...FINE, stdout: 'S    Sat Nov 21 04:33:05 2026\n' }, asked);
  expect(await createMacosTable(command).identify(4711, patience())).toBe('1795235585');
  expect(asked).toEqual([['/bin/ps', ['-o', 'stat=,lstart=', '-p', '4711'], { LC_ALL: 'C', TZ: 'UTC' }]]);
});

test('a process that is not there has no identity, but a ps that fails is told', async () => {
  expect(await createMacosTable(answering({ ...FINE, exitCode: 1 })).identify(4711, patience())).toBeUndefined();
  const missing = createMacosTable(answering({ ...FINE, ended: 'missing', exitCode: undefined }));
  await expect(missing.identify(4711, patience())).rejects.toThrow('ps cannot run');
});

function answering(result: CommandResult, asked: unknown[] = []): Command {
  return {
    async run(file, argv, options) {
      asked.push([file, argv, options.env]);
      return result;
    },
  };
}
