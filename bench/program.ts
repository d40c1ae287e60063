import type { ChildProcess } from 'node:child_process';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';
import { waitUntil } from '#src/kit/waitUntil.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
export const PROBE = new URL('./probe.mjs', import.meta.url).href;
const START_MS = 30_000;

/** A Nightguard that can be started: as it stands in a clone, or bundled as in an image. */
export interface Program {
  form: 'clone' | 'bundled';
  file: string;
  /** Takes away what was made for it. */
  dispose(): Promise<void>;
}

export const CLONE: Program = { form: 'clone', file: join(ROOT, 'bin', 'nightguard.mjs'), dispose: async () => {} };

/** What a process has used: CPU since its start, and memory now. */
const Used = z.object({ cpuMs: z.number(), residentMb: z.number() });
export type Used = z.infer<typeof Used>;
const UsedLine = z.object({ used: Used });

/** A process that is measured. */
export interface Life {
  /** The one line that it said when it was up. */
  greeting: string;
  used(): Promise<Used>;
  stop(): Promise<void>;
}

/** The bundle in a folder of its own, without the sources, as an image has it; built first when it is missing or older than they are. Answers with why there is none. */
export async function bundled(): Promise<Program | string> {
  try {
    if (await isStale()) await promisify(execFile)(process.execPath, [join(ROOT, 'bin', 'build.mjs')]);
    const folder = await mkdtemp(join(tmpdir(), 'nightguard-bench-bundle-'));
    await cp(join(ROOT, 'dist'), join(folder, 'dist'), { recursive: true });
    for (const file of ['package.json', 'bin/nightguard.mjs']) await cp(join(ROOT, file), join(folder, file));
    await mkdir(join(folder, 'dist', 'cache'), { recursive: true });
    const file = join(folder, 'bin', 'nightguard.mjs');
    // As the Dockerfile does it: what is compiled now need not be compiled again.
    for (const command of ['hub', 'agent']) await promisify(execFile)(process.execPath, [file, command, '--help']);
    return { form: 'bundled', file, dispose: () => rm(folder, { recursive: true }) };
  } catch (error) {
    return `no bundle: ${error instanceof Error ? error.message.split('\n', 1)[0] : error}`;
  }
}

const running = new Set<ChildProcess>();
// A bench that breaks leaves nothing behind.
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Starts Node with these words; resolves with the first line that it says. Throws with its last words when it ends before. */
export async function begin(argv: string[], env: NodeJS.ProcessEnv = {}): Promise<Life> {
  const options = { cwd: ROOT, env: { PATH: process.env['PATH'], ...env } };
  const child = spawn(process.execPath, argv, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  child.once('exit', () => running.delete(child));
  const logged: string[] = [];
  createInterface(child.stderr).on('line', (line) => logged.push(line));
  const timer = setTimeout(() => child.kill('SIGKILL'), START_MS);
  const greeting = await new Promise<string>((resolve, reject) => {
    createInterface(child.stdout).once('line', resolve);
    child.once('exit', () => reject(new Error(`${argv.at(-2)} ended: ${logged.slice(-3).join(' | ')}`)));
  });
  clearTimeout(timer);
  return {
    greeting,
    used: () => askUsed(child, logged),
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}

async function askUsed(child: ChildProcess, logged: string[]): Promise<Used> {
  const seen = logged.length;
  child.kill('SIGUSR2');
  const said = () => logged.slice(seen).find((line) => line.startsWith('{"used"'));
  const line = await waitUntil(said, { withinMs: 5_000, everyMs: 5, what: 'what a process has used' });
  return UsedLine.parse(JSON.parse(line)).used;
}

async function isStale(): Promise<boolean> {
  const built = await stat(join(ROOT, 'dist', 'cli.js')).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
  const folders = ['src', 'handlers'].map((folder) => newest(join(ROOT, folder)));
  const { mtimeMs } = await stat(join(ROOT, 'bin', 'build.mjs'));
  return Math.max(mtimeMs, ...(await Promise.all(folders))) > built;
}

async function newest(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true });
  const times = entries.map(async (entry) => (await stat(join(folder, entry))).mtimeMs);
  return Math.max(...(await Promise.all(times)));
}
