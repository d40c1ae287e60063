import { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';

interface Source extends PromiseLike<{ failed: boolean }> {
  stdout: Readable;
  kill(): boolean;
}

interface Sink extends PromiseLike<unknown> {
  stdin: Writable | null;
  kill(): boolean;
}

/** How much a program has written so far. */
export function bytesOf(stdout: Readable): number {
  return stdout instanceof Socket ? stdout.bytesRead : 0;
}

/** Pours the stdout of one program into the stdin of another. Only a source that ended well and wrote something ends the input: half of what it had to say never looks whole. */
export function pour(source: Source, sink: Sink): void {
  const { stdin } = sink;
  if (!stdin) throw new Error('the sink has no stdin');
  // A sink that died ends its source; its own end says why. What nobody reads any more would keep the source from ending.
  const end = (): void => {
    source.kill();
    source.stdout.unpipe(stdin).resume();
  };
  stdin.on('error', end);
  void sink.then(end);
  source.stdout.pipe(stdin, { end: false });
  void source.then(({ failed }) => (failed || bytesOf(source.stdout) === 0 ? sink.kill() : stdin.end()));
}
