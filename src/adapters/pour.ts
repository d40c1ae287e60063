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
  // The number of a program that is over may be somebody else's by now.
  let [sourceIsOver, sinkIsOver] = [false, false];
  let bytes = 0;
  // A sink that died ends its source; its own end says why. What nobody reads any more would keep the source from ending.
  const end = (): void => {
    if (!sourceIsOver) source.kill();
    source.stdout.unpipe(stdin).resume();
  };
  source.stdout.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
  });
  stdin.on('error', end);
  source.stdout.pipe(stdin, { end: false });
  void sink.then(() => {
    sinkIsOver = true;
    end();
  });
  void source.then(({ failed }) => {
    sourceIsOver = true;
    if (!failed && bytes > 0) stdin.end();
    else if (!sinkIsOver) sink.kill();
  });
  return () => bytes;
}
