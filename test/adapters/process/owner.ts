import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { z } from 'zod';
import type { Specs } from './made.ts';

const OWNER = fileURLToPath(new URL('../fixtures/owner.ts', import.meta.url));
const Told = z.array(z.object({ name: z.string(), instance: z.string() }));

/** Lets another program start these workloads and kills it with -9; answers their instances, which go on running. */
export async function startedByKilledOwner(stateDir: string, specs: Specs): Promise<Record<string, string>> {
  const owner = spawn(process.execPath, [OWNER, stateDir, JSON.stringify(specs)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(owner, 'exit');
  const [line] = await once(owner.stdout.setEncoding('utf8'), 'data');
  owner.kill('SIGKILL');
  await ended;
  const instances = Object.fromEntries(
    Told.parse(JSON.parse(String(line))).map(({ name, instance }) => [name, instance]),
  );
  onTestFinished(() => {
    for (const instance of Object.values(instances)) killGroup(Number(instance.split('@')[0]));
  });
  return instances;
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // The test has ended it.
  }
}
