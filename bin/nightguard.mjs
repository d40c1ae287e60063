#!/usr/bin/env node
// Finds a Node that runs TypeScript as it is (24 or newer) and starts the command line with it: src/ in a clone, dist/ in an image.
// Plain JS: any Node can read this file.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';

const [major] = process.versions.node.split('.').map(Number);
const bundle = new URL('../dist/cli.js', import.meta.url);
const source = new URL('../src/cli.ts', import.meta.url);
/** What this Node has compiled before halves the start: an image brings it along, a clone keeps it beside the packages. */
const brings = fileURLToPath(new URL('../dist/cache', import.meta.url));
const keeps = fileURLToPath(new URL('../node_modules/.cache/nightguard', import.meta.url));
const brought = fileURLToPath(new URL('../node_modules/.bin/node', import.meta.url));

if (major >= 24) await import(program().href);
else if (existsSync(brought)) again(brought);
else fail(`Nightguard needs Node 24; this is ${process.version}. Run "npm start" once: it brings Node 24 along.`);

function program() {
  if (existsSync(source)) {
    module.enableCompileCache(keeps);
    return source;
  }
  if (existsSync(brings)) module.enableCompileCache(brings);
  return bundle;
}

function again(node) {
  const child = spawn(node, process.argv.slice(1), { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => fail(error.message));
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal ? 1 : 0);
  });
}

function fail(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exitCode = 1;
}
