import { basename } from 'node:path';
import { formatDuration } from '#src/kit/duration.ts';
import { Problem } from '#src/kit/problem.ts';
import { clip, sanitise, tail } from '#src/kit/text.ts';
import type { CommandResult } from './command.ts';

/** Hands back the result of a program that ended with exit code 0; anything else becomes a Problem that names the program, never its arguments. */
export function expectExit(file: string, result: CommandResult, timeoutMs: number): CommandResult {
  if (result.ended === 'exit' && result.exitCode === 0) return result;
  const evidence = tail(sanitise(result.stderr || result.stdout), 2000);
  throw new Problem(
    `command-${result.ended}`,
    sentence(basename(file), result, timeoutMs),
    evidence ? { evidence } : {},
  );
}

function sentence(program: string, result: CommandResult, timeoutMs: number): string {
  switch (result.ended) {
    case 'exit': {
      const last = sanitise(result.stderr).trim().split('\n').at(-1) ?? '';
      return `${program} failed with exit code ${result.exitCode}${last ? `: ${clip(last, 200)}` : '.'}`;
    }
    case 'signal':
      return `${program} was killed by ${result.reason ?? 'a signal'}.`;
    case 'timeout':
      return `${program} took longer than ${formatDuration(timeoutMs)} and was ended.`;
    case 'cancel':
      return `${program} was cancelled.`;
    case 'overflow':
      return `${program} wrote more than could be kept and was ended.`;
    case 'missing':
      return `${program} cannot run: ${result.reason ?? 'it could not be started'}.`;
    default:
      return result.ended satisfies never;
  }
}
