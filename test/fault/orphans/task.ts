/** The kinds of program that an agent can leave behind. */
export const SHAPES = ['plain', 'stubborn', 'in a session of its own', 'with a child'] as const;
export type Shape = (typeof SHAPES)[number];

/** What one life is told; `naive` verifies without ending first what is left over. */
export interface Task {
  folder: string;
  shape: Shape;
  lagMs: number;
  first: boolean;
  naive: boolean;
}

/** A program that adds one line to the world after a while. */
export function program(shape: Shape, lagMs: number, world: string): [string, ...string[]] {
  const act = 'sleep "$1"; echo effect >>"$2"';
  const words = [String(lagMs / 1000), world];
  switch (shape) {
    case 'plain':
      return ['/bin/sh', '-c', act, 'orphan', ...words];
    case 'stubborn':
      return ['/bin/sh', '-c', `trap "" TERM INT HUP; ${act}`, 'orphan', ...words];
    case 'in a session of its own':
      return ['setsid', '--wait', '/bin/sh', '-c', act, 'orphan', ...words];
    case 'with a child':
      return ['/bin/sh', '-c', `/bin/sh -c '${act}' orphan "$1" "$2" & wait`, 'orphan', ...words];
    default:
      return shape satisfies never;
  }
}
