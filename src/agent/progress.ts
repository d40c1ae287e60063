import type { StepState } from '#src/operation/steps.ts';
import type { Saying } from '#src/wire/event.ts';

/** Says how a job goes on at most once per `everyMs`, so that short work says nothing but its verdict. */
export function createProgress(job: string, say: (saying: Saying) => void, everyMs = 500) {
  let timer: NodeJS.Timeout | undefined;
  let latest: Saying | undefined;
  let stopped = false;
  return {
    update(steps: StepState[], note: string | undefined): void {
      if (stopped) return;
      latest = { kind: 'progress', job, steps, ...(note === undefined ? {} : { note }) };
      timer ??= setTimeout(() => {
        timer = undefined;
        if (latest) say(latest);
      }, everyMs);
    },
    stop(): void {
      stopped = true;
      clearTimeout(timer);
      timer = undefined;
    },
  };
}
