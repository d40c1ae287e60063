const KEPT = 5000;

/** One Bot API call and how it was answered; status 0 means that no answer was given. */
export interface Call {
  /** Milliseconds since 1970 when it came in. */
  at: number;
  method: string;
  params: Readonly<Record<string, unknown>>;
  status: number;
  ok: boolean;
  result?: unknown;
  description?: string;
}

/** The last calls, oldest first. */
export interface Calls {
  record(call: Call): void;
  all(): readonly Call[];
}

/** A record of the last 5000 calls. */
export function createCalls(): Calls {
  const calls: Call[] = [];
  return {
    record: (call) => {
      calls.push(call);
      if (calls.length > KEPT) calls.splice(0, calls.length - KEPT);
    },
    all: () => calls,
  };
}
