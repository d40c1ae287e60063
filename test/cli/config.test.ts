import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hubOf, loadConfig, nodeOf, readConfig } from '#src/cli/config.ts';
import { checkConfig, HubFile, readConfigFile } from '#src/cli/configFile.ts';
import { Problem } from '#src/kit/problem.ts';
import { temporaryFolder } from '../adapters/temporary.ts';

const FILE = '/etc/nightguard.yaml';
const KEY = `ng1.${'A'.repeat(43)}.${'B'.repeat(43)}`;
const THRESHOLDS = { diskFreeGb: 10, memoryPercent: 80, endpointP95Ms: 500, endpointErrorPercent: 1 };
const complaint = (...lines: string[]) =>
  new Problem('config', [`${FILE} does not hold:`, ...lines.map((line) => `  ${line}`)].join('\n'));

describe('a configuration that is not there', () => {
  test('is written once, mode 600: this machine, reads on everything, changes on demo only', async () => {
    const file = join(await temporaryFolder(), 'new', 'nightguard.yaml');
    expect(await loadConfig(file)).toMatchObject({
      written: true,
      config: {
        operators: [],
        chats: [],
        nodes: {},
        protectContent: true,
        node: {
          name: 'local',
          environment: 'dev',
          labels: {},
          workloads: {
            demo: {
              command: ['nightguard', 'demo'],
              env: {},
              port: 'auto',
              health: '/health',
              startTimeout: 30_000,
              stopTimeout: 10_000,
            },
          },
          endpoints: {},
          disks: ['/'],
          thresholds: THRESHOLDS,
          policy: [
            {
              operations: ['health', 'status', 'logs', 'inspect', 'vault', 'backups'],
              targets: ['*'],
              operators: ['*'],
            },
            { operations: ['restart', 'start', 'stop'], targets: ['demo'], operators: ['*'] },
          ],
        },
      },
    });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  test('is the owner’s from then on', async () => {
    const file = join(await temporaryFolder(), 'nightguard.yaml');
    const first = await loadConfig(file);
    const text = await readFile(file, 'utf8');
    expect(await loadConfig(file)).toEqual({ ...first, written: false });
    expect(await readFile(file, 'utf8')).toBe(text);
  });

  test('is not written over one that is broken', async () => {
    const file = join(await temporaryFolder(), 'nightguard.yaml');
    await writeFile(file, 'node: [');
    await expect(loadConfig(file)).rejects.toMatchObject({ code: 'config' });
    expect(await readFile(file, 'utf8')).toBe('node: [');
  });
});

describe('what is left out', () => {
  test('is the safe choice: nobody, no chat, prod, and a policy that refuses everything', () => {
    expect(readConfig(FILE, 'node: { name: alpha }')).toMatchObject({
      operators: [],
      chats: [],
      nodes: {},
      protectContent: true,
      node: {
        name: 'alpha',
        environment: 'prod',
        labels: {},
        workloads: {},
        endpoints: {},
        disks: ['/'],
        thresholds: THRESHOLDS,
        policy: [],
      },
    });
  });
});

describe('what a command needs is asked for when it is missing', () => {
  const empty = readConfig(FILE, '');

  test('a node', () => {
    expect(() => nodeOf(empty)).toThrow(
      expect.objectContaining({ code: 'config', message: expect.stringContaining('node: { name: alpha }') }),
    );
    expect(nodeOf(readConfig(FILE, 'node: { name: alpha }')).name).toBe('alpha');
  });

  test("the hub that a node's agent belongs to", () => {
    expect(() => hubOf(empty)).toThrow(
      expect.objectContaining({ code: 'config', message: expect.stringContaining('nightguard keys --hub') }),
    );
    const hub = { key: KEY, url: 'https://hub.example.org' };
    expect(hubOf(readConfig(FILE, `hub: { key: ${KEY}, url: 'https://hub.example.org' }`))).toEqual(hub);
  });
});

test('a hub alone does not look at what is for agents, and still refuses what nobody knows', () => {
  const text = `nodes: { beta: { key: ${KEY} } }\nnode: { name: Anything At All }\nhub: { odd: 1 }`;
  expect(checkConfig(FILE, text, HubFile).nodes).toMatchObject({ beta: { key: KEY } });
  expect(() => checkConfig(FILE, 'webhook: x', HubFile)).toThrow(complaint('the file: there is no key webhook here'));
});

test('a configuration that has to be there is asked for', async () => {
  const file = join(await temporaryFolder(), 'nightguard.yaml');
  await expect(readConfigFile(file, HubFile)).rejects.toThrow(
    new Problem('config', `The configuration ${file} is not there. Write it, or set NIGHTGUARD_CONFIG to its path.`),
  );
});

test('a full configuration is read as it stands', () => {
  const text = `
operators: [{ id: 7, name: Ada, role: admin }]
chats: [-1001]
nodes: { beta: { key: ${KEY} } }
timezone: Europe/Berlin
protectContent: false
node:
  name: alpha
  environment: stage
  labels: { rack: a1 }
  endpoints: { api: { url: 'https://example.org/health', expect: 204, timeout: 3s } }
  disks: [/, /data]
  thresholds: { diskFreeGb: 5 }
  policy: [{ operations: ['*'], targets: [web], operators: [7] }]
`;
  expect(readConfig(FILE, text)).toMatchObject({
    operators: [{ id: 7, name: 'Ada', role: 'admin' }],
    chats: [-1001],
    nodes: { beta: { key: KEY } },
    timezone: 'Europe/Berlin',
    protectContent: false,
    node: {
      name: 'alpha',
      environment: 'stage',
      labels: { rack: 'a1' },
      workloads: {},
      endpoints: { api: { url: 'https://example.org/health', expect: 204, timeout: 3000 } },
      disks: ['/', '/data'],
      thresholds: { ...THRESHOLDS, diskFreeGb: 5 },
      policy: [{ operations: ['*'], targets: ['web'], operators: [7] }],
    },
  });
});

describe('a configuration is refused with the path of what is wrong', () => {
  const node = 'node: { name: alpha }';
  test.each<[string, string, string[]]>([
    ['a list', '[]', ['the file: Invalid input: expected object, received array']],
    ['an unknown key', `${node}\nwebhook: x`, ['the file: there is no key webhook here']],
    ['an unknown key inside', 'node: { name: alpha, role: x, a: 1 }', ['node: there is no key role, a here']],
    [
      'a person by @name',
      `${node}\noperators: [{ id: '@ada', name: Ada, role: admin }]`,
      ['operators.0.id: is a numeric Telegram id; a @name can change hands'],
    ],
    [
      'one person twice',
      `${node}\noperators: [{ id: 7, name: Ada, role: viewer }, { id: 7, name: Ada, role: admin }]`,
      ['operators: has the id 7 twice; a person has one entry'],
    ],
    [
      'the anonymous admin as a person',
      `${node}\noperators: [{ id: 1087968824, name: Group, role: admin }]`,
      ['operators.0.id: is an id that many people share'],
    ],
    [
      'the channel bot and the service account as people',
      `${node}\noperators: [{ id: 136817688, name: a, role: viewer }, { id: 777000, name: b, role: viewer }]`,
      ['operators.0.id: is an id that many people share', 'operators.1.id: is an id that many people share'],
    ],
    [
      'an unknown role',
      `${node}\noperators: [{ id: 7, name: Ada, role: root }]`,
      ['operators.0.role: Invalid option: expected one of "viewer"|"operator"|"admin"'],
    ],
    ['a private chat in the chats', `${node}\nchats: [7]`, ['chats.0: Too big: expected number to be <0']],
    [
      'a key that is none',
      `${node}\nnodes: { beta: { key: ng1.x } }`,
      ['nodes.beta.key: a public key looks like ng1.….… (see nightguard keys)'],
    ],
    [
      'a hub without encryption',
      `${node}\nhub: { key: ${KEY}, url: 'http://hub.example.org' }`,
      ['hub.url: has to be an address that begins with https://, or with http:// and an address of a private network'],
    ],
    ['an unknown time zone', `${node}\ntimezone: Mars/Olympus`, ['timezone: is not a time zone such as Europe/Berlin']],
    [
      'a node of an odd name',
      'node: { name: Alpha One }',
      ['node.name: a name has small letters, digits, "-" or "_" and begins with a letter or digit'],
    ],
    [
      'an unknown environment',
      'node: { name: alpha, environment: test }',
      ['node.environment: Invalid option: expected one of "prod"|"stage"|"dev"'],
    ],
    [
      'a rule for nothing',
      'node: { name: alpha, policy: [{ operations: [] }] }',
      ['node.policy.0.operations: Too small: expected array to have >=1 items'],
    ],
    [
      'a rule with a misspelt key, which would allow more than was meant',
      'node: { name: alpha, policy: [{ operations: [restart], target: [web] }] }',
      ['node.policy.0: there is no key target here'],
    ],
  ])('%s', (_, text, lines) => {
    expect(() => readConfig(FILE, text)).toThrow(complaint(...lines));
  });

  test.each(['node: [', 'node: { name: alpha }\nnode: { name: beta }', '\tnode: x'])(
    'text that is not YAML: %j',
    (text) => {
      expect(() => readConfig(FILE, text)).toThrow(
        expect.objectContaining({
          code: 'config',
          message: expect.stringMatching(/^\/etc\/nightguard.yaml is not YAML: .+$/),
        }),
      );
    },
  );
});

describe('a time zone may be', () => {
  test.each([
    'Europe/Berlin',
    'America/New_York',
    'UTC',
    'Asia/Kolkata',
    'Europe/Kyiv',
    'America/Argentina/Buenos_Aires',
  ])('%s', (timezone) => {
    expect(readConfig(FILE, `node: { name: alpha }\ntimezone: ${timezone}`).timezone).toBe(timezone);
  });
});
