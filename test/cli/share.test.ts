import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { createCommand } from '#src/adapters/command.ts';
import { createMachineLock } from '#src/adapters/machineLock.ts';
import { createShareStore, sharesFile } from '#src/agent/shares/store.ts';
import { refuseHere } from '#src/cli/share/here.ts';
import { share as runShare } from '#src/cli/share.ts';
import { sentenceOf } from '#src/kit/problem.ts';
import { loadKeys } from '#src/wire/keys.ts';
import { temporaryFolder } from '../adapters/temporary.ts';
import { PROGRAM } from '../fixtures/program.ts';
import { whyWithout } from '../fixtures/redis.ts';

const LOCK = createMachineLock(createCommand());
/** Whether shares are sealed to the machine that runs this. */
const IS_LOCKED = (await LOCK.close('nightguard-test', 'x')) !== undefined;
const CONFIG = `node:
  name: alpha
  vaults:
    main: { url: 'https://192.0.2.7:8200', ca: /etc/vault.pem }
    bare: { url: 'https://192.0.2.7:8200' }
    here: { url: 'https://127.0.0.1:8200', ca: /etc/vault.pem }
    meant: { url: 'http://127.0.0.1:8200', shareHere: true }
`;
const share = randomBytes(33);

async function machine() {
  const state = await temporaryFolder();
  await writeFile(join(state, 'nightguard.yaml'), CONFIG, { mode: 0o600 });
  const env = { PATH: process.env['PATH'], NIGHTGUARD_STATE: state, REDIS_URL: 'redis://127.0.0.1:1', NO_COLOR: '1' };
  const run = async (argv: string[], typed = '') => {
    let out = '';
    const screen = { write: (words: string) => (out += words) };
    const err = await runShare(argv, { env, keyboard: Readable.from([typed]), screen }).then(() => '', sentenceOf);
    return { out, err };
  };
  const kept = async (vault = 'main') => {
    const store = createShareStore(sharesFile(state), await loadKeys(join(state, 'keys', 'node.json')), LOCK);
    const [held] = await store.held(vault);
    return await store.open(vault, held?.fingerprint ?? '');
  };
  return { state, env, run, kept };
}

describe('nightguard share', { timeout: 60_000 }, () => {
  test('keeps what a pipe brings, lists it without the share, and forgets it', async () => {
    const { run, kept } = await machine();
    const added = await run(['add', 'main', '--label', 'safe in Bern'], `${share.toString('base64')}\n`);
    expect(added).toMatchObject({ err: '' });
    const [, print] =
      /^alpha keeps a share of main from now on: ([0-9a-f]{8})(?:, sealed to this machine)?$/m.exec(added.out) ?? [];
    expect(await kept()).toEqual(share);
    const listed = await run(['list', '--json']);
    const told = { vault: 'main', label: 'safe in Bern', fingerprint: print, ...(IS_LOCKED ? { by: 'machine' } : {}) };
    expect(JSON.parse(listed.out)).toEqual({ shares: [{ ...told, added: expect.stringMatching(/^20\d\d-/) }] });
    const where = IS_LOCKED ? 'sealed to this machine  ' : '';
    expect((await run(['list'])).out).toMatch(new RegExp(`^main +${print}  since 20[\\d-]+  ${where}safe in Bern\n$`));
    expect(await run(['add', 'main'], share.toString('hex'))).toMatchObject({
      out: '',
      err: expect.stringContaining('nightguard share remove main'),
    });
    expect((await run(['remove', 'main'])).out).toContain(`does not keep the share ${print} of main`);
    expect((await run(['list'])).out).toBe('None. Add one with: nightguard share add <vault>\n');
  });

  test('destroys the file that it was in once it is kept, and not before', async () => {
    const { state, run, kept } = await machine();
    const file = join(state, 'key.txt');
    await writeFile(file, `Unseal Key 1: ${share.toString('base64')}\n`, { mode: 0o644 });
    await chmod(file, 0o644);
    expect((await run(['add', 'main', '--file', file])).err).toContain(`chmod 600 ${file}`);
    await chmod(file, 0o600);
    expect((await run(['add', 'here', '--file', file])).err).not.toBe('');
    expect(await readFile(file, 'utf8')).toContain('Unseal Key 1');
    expect(await run(['add', 'main', '--file', file])).toMatchObject({
      err: '',
      out: expect.stringContaining(`${file} is overwritten and gone.`),
    });
    await expect(readFile(file)).rejects.toThrow('ENOENT');
    expect(await kept()).toEqual(share);
    expect((await run(['add', 'meant', '--file', file])).err).toContain(`There is no ${file}.`);
  });

  test('refuses what would weaken it, each with what to do', async () => {
    const { run } = await machine();
    const words = async (argv: string[], typed = share.toString('hex')) => (await run(argv, typed)).err;
    expect(await words(['add', 'here'])).toContain('write node.vaults.here.shareHere: true if this is meant');
    expect(await words(['add', 'bare'])).toContain('Write its PEM file under node.vaults.bare.ca first.');
    expect(await words(['add', 'mein'])).toContain('Did you mean main?');
    expect(await words(['add', 'main'], 'abcd')).toContain('it has 2 bytes, and a share has 33');
    const behind = await words(['add', 'main', share.toString('hex')]);
    expect(behind).toContain('A share is never written behind the command');
    expect(behind).not.toContain(share.toString('hex'));
    expect(await words(['add', 'main', `--key=${share.toString('hex')}`])).not.toContain(share.toString('hex'));
    expect((await run(['add', 'meant'], share.toString('hex'))).err).toBe('');
  });

  const why = whyWithout('script');
  test.skipIf(why !== undefined)(`shows nothing of what is typed ${why ?? ''}`, async () => {
    const { env, kept } = await machine();
    const command = `${process.execPath} ${PROGRAM} share add main`;
    const child = spawn('script', ['-qec', command, '/dev/null'], { env: { ...env, SHELL: '/bin/sh' } });
    const exit = new Promise((done) => child.once('exit', done));
    let shown = '';
    child.stdout.on('data', (chunk: Buffer) => {
      shown += chunk;
      if (!child.stdin.writableEnded && shown.includes('not shown): '))
        child.stdin.end(`x\u007f${share.toString('base64')}\r`);
    });
    expect(await exit).toBe(0);
    expect(shown).toContain('alpha keeps a share of main from now on');
    expect(shown).not.toContain(share.toString('base64').slice(2, 10));
    expect(await kept()).toEqual(share);
  });
});

describe('whether a Vault runs here', () => {
  const at = (url: string, addresses: string[], more: object = {}) =>
    refuseHere('main', { url, peers: [], shareHere: false, mode: 'shares', ...more }, async () => addresses);

  test('is told by its address, wherever its name leads', async () => {
    await at('https://vault.example.org:8200', ['192.0.2.7']);
    for (const address of ['127.0.0.1', '127.0.1.1', '::1', '::ffff:127.0.0.1'])
      await expect(at('https://vault.example.org:8200', ['192.0.2.7', address])).rejects.toThrow('this very machine');
    await expect(at('https://[::1]:8200', [])).rejects.toThrow('([::1]:8200)');
    const peers = ['https://127.0.0.1:8201'];
    await expect(at('https://192.0.2.7:8200', [], { peers })).rejects.toThrow('(127.0.0.1:8201)');
    await at('https://127.0.0.1:8200', [], { shareHere: true });
  });

  test('is refused when nobody can tell', async () => {
    const lost = refuseHere(
      'main',
      { url: 'https://vault.invalid', peers: [], shareHere: false, mode: 'shares' },
      async () => {
        throw new Error('ENOTFOUND');
      },
    );
    await expect(lost).rejects.toThrow('Nobody knows the address of vault.invalid');
  });
});
