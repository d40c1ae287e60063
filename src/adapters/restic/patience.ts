/** How long a run may go without a sign of life, in ms: without any line, and with lines that all say the same. */
export interface Patience {
  silentMs: number;
  stillMs: number;
}

/** Ends a run that gives no sign of life; `end` has to be called in any case. */
export interface Guard {
  signal: AbortSignal;
  /** What follows its lines; nothing where nobody wants them. */
  following: { onLine?: (line: string) => void };
  /** For how long nothing had come when it was ended, in ms; undefined: it was not. */
  endedAfterMs(): number | undefined;
  end(): void;
}

/** Guards one run under a signal, if it says how much patience it needs. */
export function createGuard(
  { patience, onLine }: { patience?: Patience | undefined; onLine?: ((line: string) => void) | undefined },
  signal: AbortSignal,
): Guard {
  if (!patience) return { signal, following: onLine ? { onLine } : {}, endedAfterMs: () => undefined, end() {} };
  const stop = new AbortController();
  let ended: number | undefined;
  let said: string | undefined;
  const after = (ms: number) =>
    setTimeout(() => {
      ended ??= ms;
      stop.abort();
    }, ms);
  const [silent, still] = [after(patience.silentMs), after(patience.stillMs)];
  const heard = (line: string): void => {
    silent.refresh();
    const says = withoutTimes(line);
    if (says !== said) still.refresh();
    said = says;
    onLine?.(line);
  };
  return {
    signal: AbortSignal.any([signal, stop.signal]),
    following: { onLine: heard },
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
