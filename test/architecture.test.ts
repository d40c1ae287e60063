import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../', import.meta.url));

/** Which room may use which: imports run one way. A room is a folder of `src/`, a file directly in it, or `handlers`. */
const ARROWS: Record<string, string[]> = {
  kit: [],
  operation: ['kit'],
  knowledge: ['operation', 'kit'],
  handlers: ['operation', 'knowledge', 'kit'],
  wire: ['operation', 'kit'],
  ledger: ['wire', 'operation', 'kit'],
  catalog: ['operation'],
  adapters: ['operation', 'kit'],
  agent: ['catalog', 'knowledge', 'operation', 'wire', 'ledger', 'kit', 'adapters'],
  hub: ['catalog', 'operation', 'wire', 'ledger', 'kit'],
  sandbox: ['kit'],
  log: ['kit'],
  cli: ['agent', 'catalog', 'hub', 'kit', 'ledger', 'log', 'operation', 'sandbox', 'wire'],
};

/** The packages and the weightier parts of Node that a room may ask for, beside the harmless ones. */
const PACKAGES: Record<string, string[]> = {
  kit: [],
  operation: ['zod'],
  knowledge: [],
  handlers: ['zod'],
  wire: ['zod', 'jose'],
  ledger: ['zod', 'ioredis', 'node:sqlite'],
  catalog: [],
  adapters: [
    'zod',
    'execa',
    'dockerode',
    'croner',
    'pino',
    'node:child_process',
    'node:http',
    'node:https',
    'node:net',
  ],
  agent: ['zod', 'pino', 'yaml', 'node:sqlite'],
  hub: ['zod', 'grammy', '@grammyjs/conversations', 'pino', 'node:http'],
  sandbox: ['zod', 'grammy', 'pino', 'node:http', 'node:https', 'node:net'],
  log: ['pino'],
  cli: ['zod', 'yaml', 'pino', 'grammy', 'ioredis', 'node:net', 'node:sqlite'],
};
const WEIGHTY = /^(?!node:)|^node:(child_process|http|https|net|tls|sqlite|cluster|worker_threads|vm)$/;

interface Import {
  file: string;
  line: string;
  specifier: string;
  typeOnly: boolean;
}

const files = [...filesBelow('src'), ...filesBelow('handlers')];
const imports = files.flatMap(importsOf);

describe('the rooms of the house', () => {
  test('use only rooms that they may use', () => {
    const wrong = inner(imports).filter(({ from, to }) => from !== to && !ARROWS[from]?.includes(to));
    expect(wrong.map(({ file, specifier }) => `${file} -> ${specifier}`)).toEqual([]);
  });

  test('use only packages that they may use', () => {
    const outside = imports.filter(({ specifier }) => !specifier.startsWith('.') && !specifier.startsWith('#'));
    const wrong = outside.filter(
      ({ file, specifier }) => WEIGHTY.test(specifier) && !PACKAGES[roomOf(file)]?.includes(packageOf(specifier)),
    );
    expect(wrong.map(({ file, specifier }) => `${file} -> ${specifier}`)).toEqual([]);
  });

  test('have no circles', () => {
    expect(circles()).toEqual([]);
  });

  test('take types by import type, which loads nothing', () => {
    expect(
      imports.filter(({ line }) => /import \{[^}]*\btype /.test(line)).map(({ file, line }) => `${file}: ${line}`),
    ).toEqual([]);
  });

  test('name files of other folders through #src/', () => {
    const climbing = imports.filter(
      ({ file, specifier }) => specifier.startsWith('../') && roomOf(file) !== roomOf(resolve(file, specifier)),
    );
    expect(climbing.map(({ file, specifier }) => `${file} -> ${specifier}`)).toEqual([]);
  });

  test('have no file over 300 lines', () => {
    const all = [
      ...files,
      ...filesBelow('test'),
      ...filesBelow('bin'),
      ...filesBelow('src/sandbox/page', /\.(js|css|html)$/),
    ];
    const long = all.map((file) => ({ file, lines: readFileSync(join(ROOT, file), 'utf8').split('\n').length - 1 }));
    expect(long.filter(({ lines }) => lines > 300)).toEqual([]);
  });
});

describe('the hub', () => {
  test('loads nothing of the agent, the adapters, or a container engine', async () => {
    const loaded = await modulesLoadedBy(['src/hub/main.ts', 'src/hub/bot.ts', 'src/cli/hub.ts', 'src/catalog.ts']);
    expect(loaded.some((url) => url.includes('/src/hub/main.ts'))).toBe(true);
    expect(loaded.some((url) => url.includes('/handlers/restart.ts'))).toBe(true);
    const forbidden = loaded.filter((url) =>
      /\/src\/(agent|adapters|sandbox)\/|\/node_modules\/(dockerode|execa|ssh2)\//.test(url),
    );
    expect(forbidden).toEqual([]);
    const packages = new Set(loaded.flatMap((url) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1] ?? []));
    const allowed = [
      '@grammyjs/conversations',
      '@grammyjs/types',
      'grammy',
      'zod',
      'jose',
      'debug',
      'ms',
      'supports-color',
      'has-flag',
      'abort-controller',
      'event-target-shim',
      'node-fetch',
      'whatwg-url',
      'tr46',
      'webidl-conversions',
      // What the command itself adds: the ledger, the log, the configuration.
      ...['ioredis', '@ioredis/commands', 'standard-as-callback', 'redis-errors', 'cluster-key-slot', 'denque'],
      ...['pino', 'pino-std-serializers', '@pinojs/redact', 'quick-format-unescaped', 'sonic-boom', 'atomic-sleep'],
      ...['on-exit-leak-free', 'thread-stream', 'safe-stable-stringify', 'yaml'],
    ];
    expect([...packages].filter((name) => !allowed.includes(name))).toEqual([]);
  });
});

/** Starts Node, loads some files and then the catalog, and answers with the address of every module that was loaded on the way. */
async function modulesLoadedBy(entries: string[]): Promise<string[]> {
  const script = `
    import { registerHooks } from 'node:module';
    const loaded = [];
    registerHooks({ load(url, context, next) { loaded.push(url); return next(url, context); } });
    for (const entry of ${JSON.stringify(entries)}) await import(new URL(entry, ${JSON.stringify(`file://${ROOT}`)}).href);
    await (await import(new URL('src/catalog.ts', ${JSON.stringify(`file://${ROOT}`)}).href)).loadCatalog();
    process.stdout.write(JSON.stringify(loaded));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: ROOT,
    maxBuffer: 10_000_000,
  });
  return JSON.parse(stdout);
}

function filesBelow(folder: string, form = /\.(ts|mjs)$/): string[] {
  const entries = readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && form.test(entry.name))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)));
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  const found = text.matchAll(/^(?:import|export)\b([^;'"]*?\bfrom\s*)?['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]/gm);
  return [...found].map((match) => {
    const specifier = match[2] ?? match[3] ?? '';
    return { file, line: match[0], specifier, typeOnly: /^(import|export) type\b/.test(match[0]) };
  });
}

function inner(all: Import[]) {
  return all
    .filter(({ specifier }) => specifier.startsWith('#') || specifier.startsWith('.'))
    .map((each) => ({ ...each, from: roomOf(each.file), to: roomOf(resolve(each.file, each.specifier)) }));
}

function resolve(file: string, specifier: string): string {
  if (specifier.startsWith('#src/')) return `src/${specifier.slice(5)}`;
  if (specifier.startsWith('#handlers/')) return `handlers/${specifier.slice(10)}`;
  return relative(ROOT, join(ROOT, dirname(file), specifier));
}

function roomOf(file: string): string {
  const [top = '', next = ''] = file.split('/');
  return top === 'src' ? next.replace(/\.ts$/, '') : top;
}

function packageOf(specifier: string): string {
  if (specifier.startsWith('node:')) return specifier;
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function circles(): string[] {
  const edges = Map.groupBy(inner(imports), ({ file }) => file);
  const state = new Map<string, 'open' | 'closed'>();
  const found: string[] = [];
  const visit = (file: string, path: string[]): void => {
    if (state.get(file) === 'closed') return;
    if (state.get(file) === 'open') {
      found.push([...path.slice(path.indexOf(file)), file].join(' -> '));
      return;
    }
    state.set(file, 'open');
    for (const edge of edges.get(file) ?? []) visit(resolve(file, edge.specifier), [...path, file]);
    state.set(file, 'closed');
  };
  for (const file of files) visit(file, []);
  return found;
}
