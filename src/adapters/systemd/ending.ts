import { constants } from 'node:os';
import { formatBytes } from '#src/kit/bytes.ts';
import { count } from '#src/kit/text.ts';
import type { Reading } from './reading.ts';

// What systemd itself exits with when it cannot even begin to run the program.
const BEFORE_THE_PROGRAM: Readonly<Record<number, string>> = {
  200: 'its working folder is not there',
  203: 'its program is not there or may not be executed',
  216: 'its group does not exist',
  217: 'its user does not exist',
  226: 'its sandbox of files cannot be set up',
};

/** Why a unit failed, in words: exit code, signal, and what systemd decided. */
export function describeFailure(seen: Reading): string {
  const gaveUp = seen.ActiveState === 'failed' && (seen.NRestarts ?? 0) > 0;
  const reason = describeResult(seen);
  return gaveUp ? `${reason}; systemd gave up after ${count(seen.NRestarts ?? 0, 'restart')}` : reason;
}

/** Why its last run ended, in words. */
export function describeResult(seen: Reading): string {
  switch (seen.Result) {
    case 'exit-code':
      return describeExit(seen.ExecMainCode, seen.ExecMainStatus ?? 0);
    case 'signal':
      return `killed by ${signalName(seen.ExecMainStatus)}`;
    case 'core-dump':
      return `crashed with ${signalName(seen.ExecMainStatus)}, and left a core dump`;
    case 'oom-kill':
      return `killed because memory ran out${seen.MemoryMax ? ` (its limit is ${formatBytes(seen.MemoryMax)})` : ''}`;
    case 'timeout':
      return 'it took longer to start or stop than its unit allows';
    case 'watchdog':
      return 'its watchdog heard nothing from it';
    case 'start-limit-hit':
      return 'it was started too often in a short time (start limit)';
    case 'protocol':
      return 'it ended before it said that it is ready';
    case 'resources':
      return 'systemd could not give it what its unit asks for';
    case 'success':
    case '':
      return 'it ended';
    default:
      return seen.Result;
  }
}

// A main process that ended well, or never ran, was not the one that failed.
function describeExit(code: number | undefined, status: number): string {
  if (code !== 1 || status === 0) return 'one of its start or stop commands failed';
  const meaning = BEFORE_THE_PROGRAM[status];
  return `exit code ${status}${meaning ? ` (${meaning})` : ''}`;
}

function signalName(number: number | undefined): string {
  const name = Object.entries(constants.signals).find(([, value]) => value === number)?.[0];
  return name ?? `signal ${number}`;
}
