// Loaded before an agent that is watched in a time lapse: its long sleeps are so many times shorter.
import { syncBuiltinESMExports } from 'node:module';
import promises from 'node:timers/promises';

const SPEED = Number(process.env.BENCH_SPEED);
const LONG_MS = 30_000;
const sleep = promises.setTimeout;

promises.setTimeout = (ms, ...rest) => sleep(ms >= LONG_MS ? ms / SPEED : ms, ...rest);
syncBuiltinESMExports();
