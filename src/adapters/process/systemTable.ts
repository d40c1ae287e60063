import { createCommand } from '../command.ts';
import { createLinuxTable } from './linuxTable.ts';
import { createMacosTable } from './macosTable.ts';
import type { ProcessTable } from './table.ts';

/** The process table of this machine. */
export function systemTable(): ProcessTable {
  return process.platform === 'darwin' ? createMacosTable(createCommand()) : createLinuxTable();
}
