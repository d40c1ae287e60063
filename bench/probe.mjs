// Loaded before a program that is measured: on SIGUSR2 it says on stderr what the process has used so far.
import { writeSync } from 'node:fs';

process.on('SIGUSR2', () => {
  const { user, system } = process.cpuUsage();
  const used = { cpuMs: (user + system) / 1000, residentMb: process.memoryUsage.rss() / 1e6 };
  writeSync(2, `${JSON.stringify({ used })}\n`);
});
