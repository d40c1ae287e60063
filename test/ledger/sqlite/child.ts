import type { ChildProcessByStdio } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

/** A process of a test: what it has said so far, and how it ended. */
export interface Child {
  lines: string[];
  /** The next line, or undefined when there will be none. */
  nextLine(): Promise<string | undefined>;
  say(line: string): void;
  kill(): void;
  /** Exit code or signal, once all it said was read. */
  ended: Promise<number | string | null>;
}

/** Starts a program of this folder; it does not outlive its test. */
export function startChild(program: string, args: string[]): Child {
  const path = fileURLToPath(new URL(program, import.meta.url));
  const child = spawn(process.execPath, [path, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const lines: string[] = [];
  const reader = createInterface(child.stdout).on('line', (line) => lines.push(line));
  const closed = once(reader, 'close');
  return {
    lines,
    nextLine: async () => {
      const wanted = lines.length;
      await Promise.race([once(reader, 'line'), closed]);
      return lines[wanted];
    },
    say: (line) => child.stdin.write(`${line}\n`),
    kill: () => child.kill('SIGKILL'),
    ended: endOf(child, closed),
  };
}

async function endOf(child: ChildProcessByStdio<Writable, Readable, null>, closed: Promise<unknown>) {
  const [[code, signal]] = await Promise.all([once(child, 'exit'), closed]);
  return code ?? signal;
}
