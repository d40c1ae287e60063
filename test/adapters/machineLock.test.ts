import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { createCommand } from '#src/adapters/command.ts';
import { createMachineLock } from '#src/adapters/machineLock.ts';
import { createShareStore, sharesFile } from '#src/agent/shares/store.ts';
import { Problem } from '#src/kit/problem.ts';
import { makeKeys } from '#src/wire/keys.ts';
import { temporaryFolder } from './temporary.ts';

const lock = createMachineLock(createCommand());
const WHY_NOT = whyNot();

function whyNot(): string | undefined {
  if (process.geteuid?.() !== 0) return 'skipped without root';
  try {
    execFileSync('systemd-creds', ['encrypt', '--name=x', '-', '-'], { input: 'x', stdio: 'pipe' });
    return undefined;
  } catch {
    return 'skipped without systemd-creds: apt-get install systemd';
  }
}

test.skipIf(WHY_NOT)(
  `a text that is sealed to this machine opens here, under its name alone${WHY_NOT ? ` (${WHY_NOT})` : ''}`,
  async () => {
    const sealed = (await lock.close('nightguard-a', 'said')) ?? '';
    expect(sealed).toMatch(/^[A-Za-z0-9+/=]+$/);
    expect(await lock.open('nightguard-a', sealed)).toBe('said');
    await expect(lock.open('nightguard-b', sealed)).rejects.toMatchObject({ code: 'machine-lock' });
    const changed = sealed.replace(/.(?=.{20}$)/, (letter) => (letter === 'A' ? 'B' : 'A'));
    await expect(lock.open('nightguard-a', changed)).rejects.toMatchObject({ code: 'machine-lock' });
  },
);

test.skipIf(WHY_NOT)(`a share is sealed to its machine as well${WHY_NOT ? ` (${WHY_NOT})` : ''}`, async () => {
  const [file, keys, bytes] = [sharesFile(await temporaryFolder()), await makeKeys(), randomBytes(33)];
  const here = createShareStore(file, keys, lock);
  const kept = await here.add({ vault: 'main', label: undefined, bytes: Buffer.from(bytes), at: 1 });
  expect(kept).toMatchObject({ by: 'machine' });
  expect(await here.open('main', kept.fingerprint)).toEqual(bytes);
  // Who has the file and the node's keys, but not the machine.
  const elsewhere = createShareStore(file, keys, { close: async () => undefined, open: async () => 'ngs1.' });
  await expect(elsewhere.open('main', kept.fingerprint)).rejects.toMatchObject({ code: 'no-share' });
  await expect(createShareStore(file, keys).open('main', kept.fingerprint)).rejects.toMatchObject({ code: 'no-share' });
  expect(await readFile(file, 'latin1')).not.toContain('ngs1.');
});

test('without such a program, or without root, nothing is sealed by it, and what was keeps its words', async () => {
  const missing = createMachineLock({
    run: async () => ({ ended: 'missing', exitCode: undefined, stdout: '', stderr: '', reason: 'there is no program' }),
  });
  expect(await missing.close('nightguard-a', 'said')).toBeUndefined();
  await expect(missing.open('nightguard-a', 'x')).rejects.toThrow(
    'systemd-creds cannot open nightguard-a on this machine',
  );
});

test('a share that its machine does not open any more says what to type, and counts as none', async () => {
  const [file, keys] = [sharesFile(await temporaryFolder()), await makeKeys()];
  const closed = createShareStore(file, keys, {
    close: async (_name, text) => `locked ${text}`,
    open: async (name) => Promise.reject(new Problem('machine-lock', `systemd-creds cannot open ${name}.`)),
  });
  const { fingerprint } = await closed.add({ vault: 'main', label: undefined, bytes: randomBytes(33), at: 1 });
  await expect(closed.open('main', fingerprint)).rejects.toMatchObject({
    code: 'no-share',
    message: expect.stringMatching(/sealed to a machine.*nightguard share remove main, then add it again/),
  });
});
