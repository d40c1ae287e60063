/** What comes of a question within some ms, and before the deadline that a signal may be; undefined: nothing did, or it failed. What is given up is ended, and not waited for: restic takes its time to end. Throws only when the signal was a cancel. */
export async function inTime<T>(
  ask: (signal: AbortSignal) => Promise<T>,
  withinMs: number,
  signal: AbortSignal,
): Promise<T | undefined> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(withinMs)]);
  const { promise: over, resolve } = Promise.withResolvers<undefined>();
  if (limit.aborted) resolve(undefined);
  limit.addEventListener('abort', () => resolve(undefined), { once: true });
  const value = await Promise.race([over, ask(limit).catch(() => undefined)]);
  throwIfCancelled(signal);
  return value;
}

/** Whether a signal has ended because its time was over. */
function isDeadline({ reason }: AbortSignal): boolean {
  return reason instanceof Error && reason.name === 'TimeoutError';
}

/** Throws the reason of a signal that ended for another reason than its time. */
export function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted && !isDeadline(signal)) throw signal.reason;
}
