import { execFile } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { createJournal } from '#src/agent/journal.ts';
import { temporaryFolder } from '../adapters/temporary.ts';
import { PROGRAM } from '../fixtures/program.ts';

const COMMANDS = [
  ...['up', 'hub', 'agent', 'sandbox', 'keys', 'doctor', 'policy', 'approver', 'journal', 'audit', 'share'],
  ...['lockdown', 'reference', 'demo'],
];

/** Runs the command line with nothing but this environment. */
async function run(argv: string[], env: Record<string, string> = {}) {
  const options = { env: { PATH: process.env['PATH'], ...env } };
  return await promisify(execFile)(process.execPath, [PROGRAM, ...argv], options).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({ code, stdout, stderr }),
  );
}

describe('the command line', () => {
  test.each(COMMANDS)('%s --help says what it is for and starts nothing', async (command) => {
    const { code, stdout } = await run([command, '--help']);
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`^Usage: nightguard ${command} (\\[options\\]|add)( .*)?\\n`));
  });

  test('--help names them all', async () => {
    const { stdout } = await run(['--help']);
    expect(COMMANDS.filter((command) => !stdout.includes(`  ${command} `))).toEqual([]);
  });

  test('an unknown switch is named', async () => {
    const { code, stderr } = await run(['hub', '--force']);
    expect(code).toBe(1);
    expect(stderr).toContain("'--force'");
    expect(stderr).toContain('nightguard hub --help');
  });

  test.each([
    ['hub', {}, 'TELEGRAM_BOT_TOKEN is not set'],
    ['hub', { TELEGRAM_BOT_TOKEN: '123456:ABCdefGHI_-jkl' }, 'REDIS_URL is not set'],
    ['hub', { TELEGRAM_WEBHOOK_SECRET: 'short', HUB_URL: 'https://hub.example.org' }, 'openssl rand -hex 32'],
    ['agent', {}, 'REDIS_URL is not set'],
    ['agent', { REDIS_URL: 'redis://127.0.0.1:1' }, 'is not there. Write it, or set NIGHTGUARD_CONFIG'],
  ])('%s does not start without what it needs: %j', async (command, env, words) => {
    const { code, stderr } = await run([command], { NIGHTGUARD_STATE: await temporaryFolder(), ...env });
    expect(code).toBe(1);
    expect(stderr).toContain(words);
    expect(stderr).not.toContain('    at ');
  });

  test('one key alone is printed bare, and is the same the next time', async () => {
    const env = { NIGHTGUARD_STATE: await temporaryFolder() };
    const { stdout: node } = await run(['keys', '--node'], env);
    expect(node).toMatch(/^ng1\.[A-Za-z0-9_-]{43}\.[A-Za-z0-9_-]{43}\n$/);
    const both = JSON.parse((await run(['keys', '--json'], env)).stdout);
    expect(both).toEqual({ hub: expect.stringMatching(/^ng1\./), node: node.trim() });
  });

  test('keys are rotated once a day, with what to put where', async () => {
    const env = { NIGHTGUARD_STATE: await temporaryFolder() };
    expect((await run(['keys', '--rotate', 'hub'], env)).stderr).toContain(
      'is not there, so there is nothing to rotate',
    );
    const { hub: old } = JSON.parse((await run(['keys', '--json'], env)).stdout);
    const first = await run(['keys', '--rotate', 'hub'], env);
    expect(first.stdout).toContain('The hub has new keys, of epoch 2.');
    expect(first.stdout).toContain('under hub.key');
    const fresh = (await run(['keys', '--hub'], env)).stdout.trim();
    expect(first.stdout.trim().split('\n').at(-1)).toBe(fresh);
    expect(fresh).not.toBe(old);
    const again = JSON.parse((await run(['keys', '--rotate', 'hub', '--json'], env)).stdout);
    expect(again).toMatchObject({ hub: fresh, epoch: 2, fresh: false });
    expect((await run(['keys', '--rotate', 'node', '--records'], env)).stderr).toContain('--records goes with');
    await rm(first.stdout.match(/\S+hub\.json\.[\d-]+/)?.[0] ?? '');
    const renewed = await run(['keys', '--rotate', 'hub', '--records'], env);
    expect(renewed.stdout).toContain('ACL DELUSER node-<name>');
    expect(renewed.stdout).toContain('/enroll <name>');
    expect((await run(['keys', '--rotate', 'all'], env)).stderr).toContain('--rotate takes hub or node, not "all".');
  });

  test('the doctor ends with 1 only when something has to be mended', async () => {
    const env = { NIGHTGUARD_STATE: await temporaryFolder() };
    expect((await run(['doctor'], env)).code).toBe(0);
    const { code, stdout } = await run(['doctor', '--agent', '--json'], env);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toContainEqual(expect.objectContaining({ check: 'ledger', state: 'mend' }));
  });
});

describe('a lockdown at the node', () => {
  test('is set, seen and lifted in person', async () => {
    const state = await temporaryFolder();
    const config = join(state, 'nightguard.yaml');
    await writeFile(config, 'node: { name: alpha }');
    const env = { NIGHTGUARD_STATE: state, NIGHTGUARD_CONFIG: config, TELEGRAM_BOT_TOKEN: '123456:ABCdefGHI_-jkl' };
    expect((await run(['lockdown'], env)).stderr).toContain('There is no journal in');
    createJournal({ file: join(state, 'journal.db'), now: Date.now }).close();
    expect(await run(['lockdown'], env)).toMatchObject({ code: 0, stdout: 'alpha is not locked.\n' });
    expect((await run(['lockdown', 'set'], env)).stdout).toContain(
      `alpha is locked: there is a file ${state}/lockdown.`,
    );
    expect(await run(['lockdown'], env)).toMatchObject({ code: 2 });
    expect(await run(['lockdown', 'lift'], env)).toMatchObject({ code: 0, stdout: 'alpha is open again.\n' });
    const journal = createJournal({ file: join(state, 'journal.db'), now: Date.now });
    const records = journal.audit.lines(0, 9).map((line) => JSON.parse(line));
    journal.close();
    const noted = { source: 'node', because: expect.stringMatching(/^in person, as ./), file: `${state}/lockdown` };
    expect(records).toEqual([
      expect.objectContaining({ decision: 'locked', ...noted }),
      expect.objectContaining({ decision: 'lockdown lifted', ...noted }),
    ]);
  });
});
