import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { waitUntil } from '#src/kit/waitUntil.ts';
import { temporaryFolder } from '../adapters/temporary.ts';
import { Chat } from '../flow/chat.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const ADA = 1001;
const run = promisify(execFile);
const SourceMap = z.object({ sources: z.array(z.string()) });

describe('the bundle, away from the clone', () => {
  let app: string;
  const nightguard = (...argv: string[]) =>
    run(process.execPath, [join(app, 'bin/nightguard.mjs'), ...argv], { cwd: app });

  beforeAll(async () => {
    app = await mkdtemp(join(tmpdir(), 'nightguard-bundle-'));
    await run(process.execPath, [join(ROOT, 'bin/build.mjs'), join(app, 'dist')]);
    for (const part of ['package.json', 'bin']) await cp(join(ROOT, part), join(app, part), { recursive: true });
  });
  afterAll(() => rm(app, { recursive: true }));

  test('has the version and every operation of the clone', async () => {
    const { version } = z
      .object({ version: z.string() })
      .parse(JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')));
    expect((await nightguard('--version')).stdout).toBe(`${version}\n`);
    const { stdout } = await run(process.execPath, [join(ROOT, 'bin/nightguard.mjs'), 'reference']);
    expect((await nightguard('reference')).stdout).toBe(stdout);
  });

  test.each([
    ['hub', /^(src\/(agent|adapters|sandbox)\/|node_modules\/(dockerode|docker-modem|execa)\/)/],
    [
      'agent',
      /^(src\/(hub\/(?!config\.ts|usage\.ts)|sandbox\/)|node_modules\/(dockerode|docker-modem|execa|grammy|@grammyjs)\/)/,
    ],
  ])('%s loads nothing that is for others', async (command, forbidden) => {
    const sources = await sourcesLoadedBy(app, command);
    expect(sources).toContain(`src/cli/${command}.ts`);
    expect(sources.filter((source) => forbidden.test(source))).toEqual([]);
  });

  test('runs on one machine with the sandbox, its page and the demo', { timeout: 30_000 }, async () => {
    const url = await startUp(app, await temporaryFolder());
    const page = await fetch(`${url}/page/api.js`);
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/javascript; charset=utf-8']);
    const ada = new Chat(url, ADA, ADA);
    await waitUntil(async () => /demo.*healthy/s.test((await ada.ask('/status')).text ?? '') || undefined, {
      withinMs: 15_000,
      everyMs: 500,
      what: 'a healthy demo',
    });
    await ada.say('/health');
    await ada.until(/Ledger answers/);
  });
});

/** `nightguard up` in a folder, until the test is over; answers with the address of the sandbox. */
async function startUp(app: string, state: string): Promise<string> {
  const env = { PATH: process.env['PATH'], HOME: state, NIGHTGUARD_STATE: state, SANDBOX_PORT: '0' };
  const child = spawn(process.execPath, [join(app, 'bin/nightguard.mjs'), 'up'], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(async () => {
    const ended = once(child, 'exit');
    child.kill();
    await ended;
  });
  let said = '';
  child.stdout.on('data', (chunk) => {
    said += chunk;
  });
  return await waitUntil(() => /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0], {
    withinMs: 15_000,
    everyMs: 20,
    what: 'the greeting',
  });
}

/** The files of the clone and of packages whose code is loaded to run a command, by the source maps of the bundle. */
async function sourcesLoadedBy(app: string, command: string): Promise<string[]> {
  const script = `
    import { registerHooks } from 'node:module';
    const loaded = [];
    registerHooks({ load(url, context, next) { loaded.push(url); return next(url, context); } });
    process.argv.splice(1, 0, 'nightguard', ${JSON.stringify(command)}, '--help');
    process.on('exit', () => process.stderr.write(JSON.stringify(loaded)));
    await import(${JSON.stringify(pathToFileURL(join(app, 'dist/cli.js')).href)});`;
  const { stderr } = await run(process.execPath, ['--input-type=module', '--eval', script]);
  const files = z
    .array(z.string())
    .parse(JSON.parse(stderr))
    .filter((url) => url.startsWith(pathToFileURL(app).href));
  const maps = await Promise.all(files.map((url) => readFile(`${fileURLToPath(url)}.map`, 'utf8')));
  return maps
    .flatMap((text) => SourceMap.parse(JSON.parse(text)).sources)
    .map((source) => source.replace(/^.*?(?=src\/|handlers\/|node_modules\/)/, ''));
}
