/** What became of one command that a step had handed over when it was interrupted, as the system itself tells. */
export type Finding = { program: string } & (
  | { state: 'never started' }
  /** It is still at work, and whoever asks has waited long enough. */
  | { state: 'running' }
  /** It ran to its end; `reason` is the signal or the limit that ended it, when there is no exit code. */
  | { state: 'ended'; exitCode: number | undefined; reason: string | undefined }
  /** It was left over, and was ended before anybody looked. */
  | { state: 'stopped' }
  /** It ended, and nobody is left who knows how. */
  | { state: 'gone' }
);

/** A finding as a sentence. */
export function tellFinding(finding: Finding): string {
  const { program, state } = finding;
  switch (state) {
    case 'never started':
      return `${program} was never started.`;
    case 'running':
      return `${program} is still at work.`;
    case 'ended':
      if (finding.exitCode === undefined) return `${program} was ended by ${finding.reason ?? 'a signal'}.`;
      return `${program} ended with exit code ${finding.exitCode}.`;
    case 'stopped':
      return `${program} was left over and was ended first.`;
    case 'gone':
      return `${program} is gone; how it ended is not known.`;
    default:
      return state satisfies never;
  }
}
