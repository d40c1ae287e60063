#!/usr/bin/env node
// Finds a Node that runs TypeScript as it is (24 or newer) and starts the command line with it. Plain JS: any Node can read this file.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const [major] = process.versions.node.split('.').map(Number);
const bundle = new URL('../dist/cli.js', import.meta.url);
const source = new URL('../src/cli.ts', import.meta.url);
const bundled = fileURLToPath(new URL('../node_modules/.bin/node', import.meta.url));

if (major >= 24) await import(existsSync(source) ? source.href : bundle.href);
else if (existsSync(bundled)) again(bundled);
else fail(`Nightguard needs Node 24; this is ${process.version}. Run "npm start" once: it brings Node 24 along.`);

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
