import { execFile } from 'node:child_process';
import { cpus, totalmem } from 'node:os';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The machine in words: what its figures depend on, and nothing that names it. */
export async function machine(): Promise<string> {
  const redis = await version('redis-server');
  const [cpu] = cpus();
  const parts = [
    `${cpus().length} cores${cpu ? ` (${cpu.model.trim()})` : ''}`,
    `${Math.round(totalmem() / 1024 ** 3)} GB`,
    `${process.platform} ${process.arch}`,
    `Node ${process.versions.node}`,
    `SQLite ${process.versions['sqlite'] ?? 'of Node'}`,
    ...(redis ? [`Redis ${redis}`] : []),
  ];
  return parts.join(', ');
}

async function version(program: string): Promise<string | undefined> {
  const { stdout } = await run(program, ['--version']).catch(() => ({ stdout: '' }));
  return /v=(\S+)/.exec(stdout)?.[1];
}
