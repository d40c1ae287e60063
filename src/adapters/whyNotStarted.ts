import { stat } from 'node:fs/promises';

/** In words, why the system did not start a program: `code` is the error code it gave, which blames the program for a missing folder. */
export async function whyNotStarted(file: string, cwd: string | undefined, code: string | undefined): Promise<string> {
  const folder = cwd === undefined ? undefined : await stat(cwd).catch(() => undefined);
  if (cwd !== undefined && !folder?.isDirectory()) return `there is no folder ${cwd}`;
  if (code === 'ENOENT') return `there is no program ${file}`;
  if (code === 'EACCES') return `${file} may not be executed`;
  return `the system refused to start ${file} (${code ?? 'unknown reason'})`;
}
