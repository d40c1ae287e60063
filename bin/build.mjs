// Makes dist/, or the folder that is named: the whole program as a few files of JavaScript with all packages in them (docs/decisions/0011-bundle.md).
import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const DIST = resolve(process.argv[2] ?? join(ROOT, 'dist'));

// What packages ask for and this program has no use for: each weighs more than all of src/.
const UNUSED = {
  'whatwg-url': 'node-fetch, for a Node without URL',
  ssh2: 'docker-modem, for engines behind ssh',
  '@grpc/grpc-js': 'dockerode, for BuildKit sessions',
  '@grpc/proto-loader': 'dockerode, for BuildKit sessions',
  protobufjs: 'dockerode, for BuildKit progress',
};

await rm(DIST, { recursive: true, force: true });
const { metafile } = await build({
  absWorkingDir: ROOT,
  entryPoints: ['src/cli.ts'],
  outdir: DIST,
  bundle: true,
  splitting: true,
  chunkNames: '[name]-[hash]',
  platform: 'node',
  target: 'node24',
  format: 'esm',
  // Names stay: for stacks in logs, and because node-fetch knows an AbortSignal by the name of its class.
  keepNames: true,
  minifySyntax: true,
  minifyWhitespace: true,
  sourcemap: 'linked',
  sourcesContent: false,
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
  // Packages in CommonJS ask for parts of Node in the old way.
  banner: {
    js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
  },
  plugins: [handlerList(), ownSources(), leaveOut(Object.keys(UNUSED)), requireHttp()],
});
await cp(join(ROOT, 'src/sandbox/page'), join(DIST, 'sandbox/page'), { recursive: true });
await writeFile(join(DIST, 'LICENSES.txt'), await licences(Object.keys(metafile.inputs)));
tell(metafile.outputs);

/** The files of `handlers/` as a list of imports, in the place of the module that reads the folder. */
function handlerList() {
  const setup = (it) =>
    it.onLoad({ filter: /[\\/]src[\\/]catalog[\\/]handlers\.ts$/ }, async () => {
      const folder = join(ROOT, 'handlers');
      const files = (await readdir(folder)).filter((file) => file.endsWith('.ts')).sort();
      const imports = files.map((file, n) => `import operation${n} from ${JSON.stringify(`./${file}`)};`);
      const entries = files.map((file, n) => `{ file: ${JSON.stringify(file)}, operation: operation${n} }`);
      const list = `export const readHandlers = async () => [${entries.join(', ')}];`;
      return { contents: [...imports, list].join('\n'), resolveDir: folder, watchDirs: [folder] };
    });
  return { name: 'handler-list', setup };
}

/**
 * `dist/` takes the place of `src/`: what a module finds beside itself, by its own address, it finds from there.
 * And zod comes without its fifty languages, half of its weight: esbuild sees what is used of a namespace that is imported as one.
 */
function ownSources() {
  const setup = (it) =>
    it.onLoad({ filter: /[\\/](src|handlers)[\\/].*\.ts$/ }, async ({ path }) => {
      if (path.includes(`${sep}node_modules${sep}`)) return undefined;
      const place = `./${relative(join(ROOT, 'src'), path).split(sep).join('/')}`;
      const text = await readFile(path, 'utf8');
      const contents = text
        .replace("import { z } from 'zod';", "import * as z from 'zod';")
        .replaceAll('import.meta.url', `new URL(${JSON.stringify(place)}, import.meta.url).href`);
      return { contents, loader: 'ts' };
    });
  return { name: 'own-sources', setup };
}

/** Empty modules in the place of packages. */
function leaveOut(names) {
  const setup = (it) => {
    it.onResolve({ filter: /^[^./#]/ }, ({ path }) =>
      names.includes(path) ? { path, namespace: 'left-out' } : undefined,
    );
    it.onLoad({ filter: /.*/, namespace: 'left-out' }, () => ({ contents: 'module.exports = {};' }));
  };
  return { name: 'leave-out', setup };
}

/** An import of `node:http` asks for all that it has, also for the WebSocket that Node then loads; a require does not: 15 ms and 4 MB. */
function requireHttp() {
  const setup = (it) => {
    it.onResolve({ filter: /^node:http$/ }, ({ path, kind }) =>
      kind === 'import-statement' ? { path, namespace: 'required' } : undefined,
    );
    it.onLoad({ filter: /.*/, namespace: 'required' }, ({ path }) => ({
      contents: `module.exports = require(${JSON.stringify(path)});`,
    }));
  };
  return { name: 'require-http', setup };
}

/** The licences of the packages that went in, as they ask for. */
async function licences(inputs) {
  const folders = inputs.flatMap((input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0] ?? []);
  const texts = [...new Set(folders)].sort().map(async (folder) => {
    const { name, version, license } = JSON.parse(await readFile(join(ROOT, folder, 'package.json'), 'utf8'));
    const file = (await readdir(join(ROOT, folder))).find((each) => /^licen[cs]e/i.test(each));
    const text = file ? await readFile(join(ROOT, folder, file), 'utf8') : '';
    return `${name} ${version} (${license})\n\n${text.trim()}\n`;
  });
  return (await Promise.all(texts)).join(`\n${'-'.repeat(80)}\n\n`);
}

function tell(outputs) {
  const scripts = Object.entries(outputs).filter(([file]) => file.endsWith('.js'));
  const kb = scripts.reduce((sum, [, { bytes }]) => sum + bytes, 0) / 1000;
  process.stdout.write(`dist: ${scripts.length} files, ${Math.round(kb)} kB\n`);
}
