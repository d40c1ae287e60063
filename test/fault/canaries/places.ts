import { readdir, readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';

export type Place = [place: string, bytes: Buffer];

/** All files of a folder, by their paths in it, but for those that are left out. */
export async function filesIn(name: string, folder: string, isHome: (path: string) => boolean): Promise<Place[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const wanted = paths.filter((path) => !isHome(path.slice(folder.length + 1)));
  return await Promise.all(
    wanted.map(async (path): Promise<Place> => [`${name}/${path.slice(folder.length + 1)}`, await readFile(path)]),
  );
}

/** Somebody who listens to what a Redis is asked. */
export interface Monitor {
  heard(): Buffer;
  close(): void;
}

/** Everything that Redis is asked from now on, as MONITOR shows it. */
export async function monitor(port: number): Promise<Monitor> {
  const chunks: Buffer[] = [];
  const socket = connect(port, '127.0.0.1');
  const { promise: answered, resolve, reject } = Promise.withResolvers<void>();
  socket.on('error', reject);
  socket.on('data', (bytes) => {
    chunks.push(bytes);
    resolve();
  });
  socket.write('MONITOR\r\n');
  await answered;
  return { heard: () => Buffer.concat(chunks), close: () => socket.destroy() };
}

/** Arguments of these processes and of all that come from them, and environments of the latter; the first ones were given secrets in theirs. */
export async function processesFrom(roots: readonly number[], others: readonly number[]): Promise<Place[]> {
  if (process.platform !== 'linux') return [];
  const parents = new Map<number, number>();
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    parents.set(Number(name), Number(/^.*\) \S (\d+)/s.exec(stat)?.[1] ?? 0));
  }
  const isFrom = (pid: number): boolean => {
    for (let at: number | undefined = parents.get(pid); at !== undefined && at > 1; at = parents.get(at))
      if (roots.includes(at)) return true;
    return false;
  };
  const children = [...parents.keys()].filter((pid) => !roots.includes(pid) && (others.includes(pid) || isFrom(pid)));
  const read = async (pid: number, part: string): Promise<Place> => [
    `${part} of ${pid}`,
    await readFile(`/proc/${pid}/${part}`).catch(() => Buffer.alloc(0)),
  ];
  const given = await Promise.all(roots.map((pid) => read(pid, 'cmdline')));
  const found = children.map(async (pid): Promise<Place[]> => {
    const argv = await read(pid, 'cmdline');
    // Until it becomes another program, what was started is its parent's copy and still shows the parent's environment.
    if (given.some(([, own]) => own.equals(argv[1]))) return [];
    return [argv, await read(pid, 'environ')];
  });
  return [...given, ...(await Promise.all(found)).flat()];
}
