const PASSED_ON = ['PATH', 'HOME', 'LANG', 'TMPDIR'] as const;
const USUAL_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** The environment of every program that an adapter starts: four variables of ours, never our secrets, and what is `given`. */
export function childEnvironment(given: Readonly<Record<string, string>> = {}): Record<string, string> {
  const environment: Record<string, string> = { PATH: USUAL_PATH };
  for (const name of PASSED_ON) {
    const value = process.env[name];
    if (value) environment[name] = value;
  }
  return { ...environment, ...given };
}
