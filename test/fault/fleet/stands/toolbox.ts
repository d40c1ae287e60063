import type { Toolbox } from '#src/agent/toolbox.ts';
import { createToolbox as create } from '#src/agent/toolbox.ts';
import { EFFECTS } from '../../points.ts';
import { watched } from '../../watched.ts';
import { pass } from '../passing.ts';

/** The real toolbox with points around what looks at a workload and changes it, and around what is done to a seal. */
export function createToolbox(deps: Parameters<typeof create>[0]): Toolbox {
  const toolbox = create(deps);
  const workloads = watched(toolbox.tools.workloads, 'workloads', [...EFFECTS, 'get', 'settled'], pass);
  const seals = watched(toolbox.tools.seals, 'seals', ['give', 'reset'], pass);
  return { ...toolbox, tools: { ...toolbox.tools, workloads, seals } };
}
