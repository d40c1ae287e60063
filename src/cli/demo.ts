import { readFlags } from './flags.ts';

const ABOUT = `Runs the demo workload: a small web server that answers /health and can be made sick or crash.
The first configuration declares it, so that there is something to look at and to restart.

Environment:
  PORT                  where it listens`;

/** `nightguard demo`: the workload that "up" runs when nothing else is declared. */
export async function demo(argv: string[]): Promise<void> {
  if (!readFlags({ name: 'demo', about: ABOUT, flags: {} }, argv)) return;
  await import(new URL('../../bin/demo.mjs', import.meta.url).href);
}
