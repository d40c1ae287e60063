/** How long a run may go without a sign of life, in ms: without any line, and with lines that all say the same. */
export interface Patience {
  silentMs: number;
  stillMs: number;
}

/** Ends a run that gives no sign of life; `heard` gets each line, `end` has to be called in any case. */
export interface Guard {
  signal: AbortSignal;
  heard(line: string): void;
  /** For how long nothing had come when it was ended, in ms; undefined: it was not. */
  endedAfterMs(): number | undefined;
  end(): void;
}

/** Guards one run under a signal. */
export function createGuard({ silentMs, stillMs }: Patience, signal: AbortSignal): Guard {
  const stop = new AbortController();
  let ended: number | undefined;
  let said: string | undefined;
  const after = (ms: number) =>
    setTimeout(() => {
      ended ??= ms;
      stop.abort();
    }, ms);
  const [silent, still] = [after(silentMs), after(stillMs)];
  return {
    signal: AbortSignal.any([signal, stop.signal]),
    heard(line) {
      silent.refresh();
      const says = withoutTimes(line);
      if (says !== said) still.refresh();
      said = says;
    },
    endedAfterMs: () => ended,
    end() {
      clearTimeout(silent);
      clearTimeout(still);
    },
  };
}

/** Times in a line go on by themselves. */
function withoutTimes(line: string): string {
  return line.replaceAll(/^\[[\d:]+\]|"seconds_(?:elapsed|remaining)":\d+,?/g, '');
}
