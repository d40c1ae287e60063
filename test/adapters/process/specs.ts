import { program } from '../processes.ts';
import { HIDDEN } from '../workloads.contract.ts';
import type { Specs } from './made.ts';
import { DEMO } from './made.ts';

/** What the contract asks for, as processes. */
export const SPECS: Specs = {
  web: { ...DEMO, env: { PASSWORD: HIDDEN } },
  plain: { command: program("for (let i = 1; i <= 50; i += 1) console.log('line', i); setInterval(() => {}, 1000)") },
  sick: {
    command: program("console.log('no database'); setInterval(() => {}, 1000)"),
    port: 'auto',
    health: '/health',
    startTimeout: '1500ms',
  },
  broken: { command: program("console.log('no licence'); process.exitCode = 3") },
};
