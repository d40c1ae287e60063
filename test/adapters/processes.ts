import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { createCommand } from '#src/adapters/command.ts';
import { createLinuxTable } from '#src/adapters/process/linuxTable.ts';
import { createMacosTable } from '#src/adapters/process/macosTable.ts';
import { patience } from './temporary.ts';

/** The words of a program written in the test. */
export function program(source: string, ...argv: string[]): [string, ...string[]] {
  return [process.execPath, '--input-type=module', '-e', source, ...argv];
}

/** A program that does nothing until it is ended. */
export const IDLE = 'setInterval(() => {}, 1000)';

/** Whether a process lives; a zombie does not. */
export async function lives(pid: number): Promise<boolean> {
  const table = process.platform === 'darwin' ? createMacosTable(createCommand()) : createLinuxTable();
  return (await table.identify(pid, patience())) !== undefined;
}

/** Starts a process beside the tested ones that is killed when the test is over. */
export async function bystander(env: Record<string, string>, uid?: number): Promise<ChildProcess & { pid: number }> {
  const [file, ...argv] = program(IDLE);
  const child = spawn(file, argv, {
    env,
    stdio: 'ignore',
    detached: true,
    ...(uid === undefined ? {} : { uid, cwd: '/' }),
  });
  const ended = once(child, 'exit');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  await once(child, 'spawn');
  if (child.pid === undefined) throw new Error('no pid');
  return Object.assign(child, { pid: child.pid });
}
