import { expect, test } from 'vitest';
import { createCommand } from '#src/adapters/command.ts';
import { patience } from './temporary.ts';

const { run } = createCommand();
const NODE = process.execPath;
const node = (code: string) => ({ file: NODE, argv: ['-e', code] });
const COUNT = 'let n = 0; process.stdin.on("data", (d) => { n += d.length }).on("end", () => console.log(n))';

test('lines come one by one as they are written, the last one without its end too', async () => {
  const lines: string[] = [];
  const argv = ['-e', "process.stdout.write('a\\nü'); setTimeout(() => process.stdout.write('b\\n\\nend'), 50)"];
  const result = await run(NODE, argv, { timeoutMs: 10_000, onLine: (line) => void lines.push(line) }, patience());
  expect(result).toMatchObject({ ended: 'exit', exitCode: 0, stdout: '' });
  expect(lines).toEqual(['a', 'üb', '', 'end']);
});

test('a line that never ends is dropped, and the next one comes', async () => {
  const lines: string[] = [];
  const argv = ['-e', "process.stdout.write('x'.repeat(3e6) + '\\nnext\\n')"];
  await run(NODE, argv, { timeoutMs: 10_000, onLine: (line) => void lines.push(line) }, patience());
  expect(lines).toEqual(['next']);
});

test('a source pours all that it has into the program', async () => {
  const source = node('process.stdout.write("x".repeat(5e6))');
  const result = await run(NODE, ['-e', COUNT], { timeoutMs: 10_000, source }, patience());
  expect(result).toMatchObject({ exitCode: 0, stdout: '5000000', source: { ended: 'exit', exitCode: 0 } });
});

test('a source that fails ends the program before it sees an end', async () => {
  const source = node('process.stdout.write("half", () => process.exit(4))');
  const result = await run(NODE, ['-e', COUNT], { timeoutMs: 10_000, source }, patience());
  expect(result).toMatchObject({ ended: 'signal', stdout: '', source: { ended: 'exit', exitCode: 4 } });
});

test('a program that ends ends its source', async () => {
  const source = { file: '/bin/cat', argv: ['/dev/zero'] };
  const result = await run(NODE, ['-e', 'process.exit(3)'], { timeoutMs: 10_000, source }, patience());
  expect(result).toMatchObject({ ended: 'exit', exitCode: 3, source: { ended: 'signal' } });
});

test('a program that is cancelled ends, however much its source still had to say', async () => {
  // Once in thirty the last of it was read by nobody, and the end never came.
  for (let turn = 0; turn < 60; turn += 1) {
    const stop = new AbortController();
    const source = { file: '/bin/cat', argv: ['/dev/zero'] };
    const options = { timeoutMs: 10_000, source, onLine: () => stop.abort() };
    const result = await run('/bin/sh', ['-c', 'echo begun; exec cat >/dev/null'], options, stop.signal);
    expect(result).toMatchObject({ ended: 'cancel', source: { ended: 'cancel' } });
  }
});
