import { appendFile, readFile, rename, writeFile } from 'node:fs/promises';

const MOST = 2000;

/** At `at` (ms since 1970) the log held `size` bytes, and `gone` bytes had been written before its first one. */
interface Sample {
  gone: number;
  size: number;
  at: number;
}

/** When the bytes of a log were written, to the grain of the samples. */
export interface LogTimes {
  /** Notes how big the log is now. */
  note(size: number): Promise<void>;
  /** Says that the log was emptied right after the last note. */
  emptied(): void;
  /**
   * Where to begin so that nothing written since `at` is left out: `in` the log, and in the rotated one of `rotatedSize` bytes.
   * May begin too early by what was written between two samples, never too late.
   */
  since(at: number, rotatedSize: number): { log: number; rotated: number };
}

/**
 * The index beside a log by which its lines have times although its program writes to the file directly:
 * samples `gone size at`, one a line, taken while an agent runs. It outlives the agent; the time it was dead is one long gap.
 */
export async function openLogTimes(path: string, now: () => number): Promise<LogTimes> {
  let samples = parseSamples(await readFile(path, 'utf8').catch(() => ''));
  let gone = samples.at(-1)?.gone ?? 0;
  return {
    async note(size) {
      const last = samples.at(-1);
      if (last && gone + size === last.gone + last.size) return;
      // Somebody else emptied it: what it holds now is newer than all that was noted.
      if (last && gone + size < last.gone + last.size) gone = last.gone + last.size;
      const sample = { gone, size, at: now() };
      samples.push(sample);
      if (samples.length <= MOST) return appendFile(path, format(sample), { mode: 0o600 });
      samples = thinned(samples);
      await writeFile(`${path}.tmp`, samples.map(format).join(''), { mode: 0o600 });
      await rename(`${path}.tmp`, path);
    },
    emptied() {
      const last = samples.at(-1);
      if (last) gone = last.gone + last.size;
    },
    since(at, rotatedSize) {
      const before = samples.findLast((sample) => sample.at <= at);
      const begin = before ? before.gone + before.size : 0;
      return { log: Math.max(0, begin - gone), rotated: Math.max(0, begin - (gone - rotatedSize)) };
    },
  };
}

function format({ gone, size, at }: Sample): string {
  return `${gone} ${size} ${at}\n`;
}

function parseSamples(text: string): Sample[] {
  return text.split('\n').flatMap((line) => {
    const [, gone, size, at] = /^(\d+) (\d+) (\d+)$/.exec(line) ?? [];
    return gone && size && at ? [{ gone: Number(gone), size: Number(size), at: Number(at) }] : [];
  });
}

// The older half gets coarser, time and again: recent times stay exact and the index stays small.
function thinned(samples: readonly Sample[]): Sample[] {
  const half = samples.length / 2;
  return samples.filter((_, i) => i >= half || i % 2 === 0);
}
