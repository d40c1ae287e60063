import { execFile } from 'node:child_process';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../adapters/temporary.ts';
import { PROGRAM } from '../fixtures/program.ts';

const NIGHT = "hours: { from: '00:00', to: '00:01', days: [mon], timezone: UTC }";
const RULES = `
  - operations: [health, status, logs]
  - operations: [restart]
    targets: [db]
    operators: [7]
    require: { approvers: 1, reason: true }
  - { operations: [restart, stop], targets: ['web*'], operators: [7, 8], rate: { max: 3, per: 1h } }
`;

/** A machine with this policy in its configuration, or in a file of its own. */
async function machine({ rules = RULES, inFile = false, environment = 'stage', more = '' } = {}) {
  const folder = await temporaryFolder();
  await chmod(folder, 0o755);
  const file = join(folder, 'policy.yaml');
  if (inFile) await writeFile(file, `rules:${rules}${more}`, { mode: 0o644 });
  const policy = inFile ? `policyFile: ${file}` : `policy:${rules.replaceAll('\n', '\n  ')}`;
  const config = join(folder, 'nightguard.yaml');
  await writeFile(config, `node:\n  name: alpha\n  environment: ${environment}\n  ${policy}\n`, { mode: 0o600 });
  const env = { PATH: process.env['PATH'], NIGHTGUARD_STATE: folder, NIGHTGUARD_CONFIG: config };
  const run = (...words: string[]) =>
    promisify(execFile)(process.execPath, [PROGRAM, 'policy', ...words], { env }).then(
      ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
      ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({ code, stdout, stderr }),
    );
  return { run, file };
}

describe('nightguard policy explain', () => {
  test('says which rule decides and what it asks for', async () => {
    const { run } = await machine();
    const { code, stdout } = await run('explain', 'restart', 'db', '7');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^yes {3}Rule 2 of 3 under node\.policy in .* decides/);
    expect(stdout).toContain('asks for 1 who approve');
    expect(stdout).toContain('asks for a reason');
    expect((await run('explain', 'stop', 'web-2', '8')).stdout).toContain('not more than 3 times in 1 h');
    expect((await run('explain', 'health', '99')).code).toBe(0);
  });

  test('says why it is a no, and ends with 2', async () => {
    const { run } = await machine();
    const { code, stdout } = await run('explain', 'restart', 'db', '8', '--json');
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({
      allowed: false,
      why: 'no rule',
      sentence: expect.stringContaining('does not allow restart of db'),
    });
    const late = await machine({ rules: `\n  - { operations: [restart], ${NIGHT} }\n` });
    const hours = await late.run('explain', 'restart', 'db', '8', '--json');
    expect(JSON.parse(hours.stdout)).toMatchObject({ allowed: false, why: 'hours', rule: 1 });
  });

  test.skipIf(process.geteuid?.() !== 0)('says who proves a step-up (as root)', async () => {
    const rules = '\n  - { operations: [restart], require: { proof: stepup } }\n';
    const approver = `approver: { name: vault, key: ng1.${'a'.repeat(43)}.${'b'.repeat(43)} }\n`;
    const { run } = await machine({ rules, inFile: true, more: approver });
    const explained = await run('explain', 'restart', 'db', '7');
    expect(explained).toMatchObject({ code: 0 });
    expect(explained.stdout).toContain('a proof by step-up: the code of an authenticator, as vault has verified it');
    expect((await run('check')).code).toBe(0);
    const nobody = await machine({ rules, inFile: true });
    expect((await nobody.run('explain', 'restart', 'db', '7')).stdout).toContain('no approver is named there');
    expect((await nobody.run('check')).stdout).toContain('warn  Rule 1 asks for a proof by step-up, and no approver');
  });

  test('on prod a rule that asks for nothing means a plan that was confirmed', async () => {
    const [prod, stage] = [await machine({ environment: 'prod' }), await machine()];
    const words = ['explain', 'stop', 'web', '8', '--json'];
    expect(JSON.parse((await prod.run(...words)).stdout)).toMatchObject({ require: { proof: 'hub' } });
    expect(JSON.parse((await stage.run(...words)).stdout)).not.toHaveProperty('require');
  });

  test.each([
    [['explain', 'fly', '7'], 'There is no operation "fly"'],
    [['explain', 'restart', '7'], 'explain restart <target> <operator'],
    [['explain', 'health', 'web', '7'], 'explain health <operator'],
    [['explain', 'restart', 'web', '@ada'], 'a numeric id'],
    [['explain', 'restart', 'web', '7', 'now'], 'a numeric id'],
    [['change'], 'explain or check'],
    [['check', '--force'], "'--force'"],
  ])('%j is answered with how to write it', async (words, expected) => {
    const { run } = await machine();
    const { code, stderr } = await run(...words);
    expect(code).toBe(1);
    expect(stderr).toContain(expected);
    expect(stderr).not.toContain('    at ');
  });
});

describe('nightguard policy check', () => {
  test('finds nothing odd in rules that are in order, and says what nobody may do', async () => {
    const { run } = await machine();
    const { code, stdout } = await run('check');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ok {4}3 rules under node\.policy in .*, hash [0-9a-f]{16}\n/);
    expect(stdout).toContain('note  The user of this process can change them');
    expect(stdout).toMatch(/note {2}No rule allows (.*, )?inspect, (.*, )?start[,.]/);
  });

  test('finds rules that never decide, unknown operations and rules without a target, and ends with 2', async () => {
    const rules = `
  - { operations: [restart, stop], targets: ['web*'] }
  - { operations: [restart], targets: [web-2, 'webs*'], operators: [7] }
  - { operations: [fly] }
  - { operations: [health], targets: [web] }
`;
    const { run } = await machine({ rules });
    const { code, stdout } = await run('check', '--json');
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({
      unreachable: [{ rule: 2, behind: 1 }],
      unknown: [{ rule: 3, operation: 'fly' }],
      targetless: [{ rule: 4, operation: 'health' }],
      denied: expect.arrayContaining(['health', 'logs']),
    });
  });

  test('refuses a file as the agent would', async () => {
    const { run, file } = await machine({ inFile: true });
    await chmod(file, 0o666);
    const open = await run('check', file);
    expect(open.code).toBe(1);
    // Whoever owns it could change it; only root is told of the mode alone.
    expect(open.stderr).toMatch(/Run: (chmod go-w|chown root) /);
    const { stderr, code } = await run('check');
    expect({ code, stderr }).toEqual({ code: 1, stderr: open.stderr });
  });
});
