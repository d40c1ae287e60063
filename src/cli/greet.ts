import { release } from './release.ts';

/** Says what was started, once it runs: in rows for a person, or as one line of JSON for a program. */
export function greet(json: boolean, rows: Record<string, string | number>, last = 'Stop with Ctrl-C.'): void {
  const lines = Object.entries(rows).map(([label, value]) => `  ${capital(label).padEnd(8)} ${value}`);
  const text = json
    ? JSON.stringify({ release: release(), ...rows })
    : [`Nightguard ${release()}`, '', ...lines, '', last].join('\n');
  process.stdout.write(`${text}\n`);
}

function capital(word: string): string {
  return `${word.charAt(0).toUpperCase()}${word.slice(1)}`;
}
