import { describe, expect, test } from 'vitest';
import type { CommandResult } from '#src/adapters/command.ts';
import { expectExit } from '#src/adapters/expectExit.ts';
import type { Problem } from '#src/kit/problem.ts';

const FINE: CommandResult = { ended: 'exit', exitCode: 0, stdout: 'fine', stderr: '', reason: undefined };

describe('expectExit', () => {
  test('hands back what went well', () => {
    expect(expectExit('/usr/bin/restic', FINE, 1000)).toBe(FINE);
  });

  test.each([
    [
      { exitCode: 1, stderr: 'first\nFatal: wrong password\n' },
      'restic failed with exit code 1: Fatal: wrong password',
    ],
    [{ exitCode: 2 }, 'restic failed with exit code 2.'],
    [{ ended: 'signal', reason: 'SIGSEGV' }, 'restic was killed by SIGSEGV.'],
    [{ ended: 'timeout' }, 'restic took longer than 1 min 30 s and was ended.'],
    [{ ended: 'cancel' }, 'restic was cancelled.'],
    [{ ended: 'overflow' }, 'restic wrote more than could be kept and was ended.'],
    [{ ended: 'missing', reason: 'there is no program restic' }, 'restic cannot run: there is no program restic.'],
  ] as const)('says in a sentence what went wrong: %o', (difference, sentence) => {
    expect(() => expectExit('/usr/bin/restic', { ...FINE, ...difference }, 90_000)).toThrow(sentence);
  });

  test('keeps the last words as evidence, made safe', () => {
    const failed = { ...FINE, exitCode: 1, stderr: '\u001b[31mred\u001b[0m\u202e' };
    expect(problemOf(() => expectExit('restic', failed, 1000))).toMatchObject({
      code: 'command-exit',
      evidence: 'red',
    });
  });
});

function problemOf(act: () => unknown): Problem {
  try {
    act();
  } catch (error) {
    return error as Problem;
  }
  throw new Error('nothing was thrown');
}
