import { Problem } from '#src/kit/problem.ts';
import type { Command } from './command.ts';

const PROGRAM = 'systemd-creds';
const LONGEST_MS = 15_000;

/** Seals short texts to this machine: elsewhere, and without root, they cannot be opened. */
export interface MachineLock {
  /** The text, sealed under a name; undefined where a machine has no such lock, or this user may not use it. */
  close(name: string, text: string): Promise<string | undefined>;
  /** Throws Problem `machine-lock` when it was sealed elsewhere, or under another name. */
  open(name: string, sealed: string): Promise<string>;
}

/** The credentials of systemd: sealed by the machine's TPM where there is one, and by a key that only root can read. */
export function createMachineLock(command: Command, signal: AbortSignal = new AbortController().signal): MachineLock {
  const run = (act: 'encrypt' | 'decrypt', name: string, input: string) =>
    command.run(PROGRAM, [act, `--name=${name}`, '-', '-'], { timeoutMs: LONGEST_MS, input }, signal);
  return {
    async close(name, text) {
      if (process.platform !== 'linux' || process.geteuid?.() !== 0) return undefined;
      const { ended, exitCode, stdout } = await run('encrypt', name, text);
      return ended === 'exit' && exitCode === 0 ? stdout.replaceAll(/\s/g, '') : undefined;
    },
    async open(name, sealed) {
      const { ended, exitCode, stdout } = await run('decrypt', name, sealed);
      if (ended === 'exit' && exitCode === 0) return stdout;
      throw new Problem('machine-lock', `systemd-creds cannot open ${name} on this machine, as this user.`);
    },
  };
}
