const STEPS = ['B', 'KB', 'MB', 'GB', 'TB'] as const;

/** Bytes as a person reads them, in powers of 1000: `812 MB`, `4.2 GB`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let step = 0;
  while (value >= 1000 && step < STEPS.length - 1) {
    value /= 1000;
    step += 1;
  }
  return `${value >= 10 || step === 0 ? Math.round(value) : value.toFixed(1)} ${STEPS[step]}`;
}
