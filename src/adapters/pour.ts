import type { Readable, Writable } from 'node:stream';

interface Source extends PromiseLike<{ failed: boolean }> {
  stdout: Readable;
  kill(): boolean;
}

interface Sink extends PromiseLike<unknown> {
  stdin: Writable | null;
  kill(): boolean;
}

/** Pours the stdout of one program into the stdin of another. Only a source that ended well and wrote something ends the input: half of what it had to say never looks whole. Answers with how many bytes it has written so far. */
export function pour(source: Source, sink: Sink): () => number {
  const { stdin } = sink;
  if (!stdin) throw new Error('the sink has no stdin');
  // A sink that died ends its source; its own end says why. What nobody reads any more would keep the source from ending.
  const end = (): void => {
    source.kill();
    source.stdout.unpipe(stdin).resume();
  };
  let bytes = 0;
  source.stdout.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
  });
  stdin.on('error', end);
  void sink.then(end);
  source.stdout.pipe(stdin, { end: false });
  void source.then(({ failed }) => (failed || bytes === 0 ? sink.kill() : stdin.end()));
  return () => bytes;
}
