import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';
import { BUNDLED } from './fixtures/program.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const run = promisify(execFile);

/** Bundles the program once for all tests that start it, two hundred times in a run: it is up in half the CPU time that the sources take. Anew when a watched file has changed. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const app = await mkdtemp(join(tmpdir(), 'nightguard-program-'));
  for (const part of ['package.json', 'bin']) await cp(join(ROOT, part), join(app, part), { recursive: true });
  const bundle = async () => {
    await run(process.execPath, [join(ROOT, 'bin/build.mjs'), join(app, 'dist')], { cwd: ROOT });
    // What one start has compiled, the next need not.
    await mkdir(join(app, 'dist/cache'));
  };
  await bundle();
  project.onTestsRerun(bundle);
  process.env[BUNDLED] = join(app, 'bin/nightguard.mjs');
  return () => rm(app, { recursive: true, force: true });
}
