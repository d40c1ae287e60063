import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Row } from './table.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const TELL = 'globalThis.gc?.(); process.stdout.write(String(process.memoryUsage.rss()))';
const AGENT =
  "await import('#src/agent/main.ts'); await import('#src/agent/toolbox.ts'); await (await import('#src/catalog.ts')).loadCatalog();";

/** Resident memory of the agent's code, loaded and idle, beside a bare Node. */
export async function memory(): Promise<Row[]> {
  const beside = { what: 'bare Node', value: await rss('') };
  return [
    { what: 'agent loaded, resident (not bundled)', unit: 'MB', value: await rss(AGENT), beside, budget: '85 bundled' },
  ];
}

async function rss(script: string): Promise<number> {
  const argv = ['--expose-gc', '--input-type=module', '--eval', `${script} ${TELL}`];
  const { stdout } = await promisify(execFile)(process.execPath, argv, { cwd: ROOT });
  return Number(stdout) / 1e6;
}
