import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Row } from './table.ts';
import { quantiles } from './table.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const HUB =
  "await import('#src/hub/main.ts'); await import('#src/hub/bot.ts'); await (await import('#src/catalog.ts')).loadCatalog()";
const BARE = "await import('grammy'); await import('node:http')";

/** From process start until the hub's code and the catalog are loaded, beside bare grammY with node:http. */
export async function start(): Promise<Row[]> {
  const hub: number[] = [];
  const bare: number[] = [];
  for (let n = 0; n < 7; n += 1) {
    hub.push(await life(HUB));
    bare.push(await life(BARE));
  }
  const beside = { what: 'bare grammY + node:http', value: quantiles(bare).p50 };
  return [{ what: 'hub loaded, from process start (not bundled)', unit: 'ms', value: quantiles(hub).p50, beside }];
}

async function life(script: string): Promise<number> {
  const began = performance.now();
  await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], { cwd: ROOT });
  return performance.now() - began;
}
