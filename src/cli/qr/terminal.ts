import type { Modules } from './modules.ts';

const QUIET = 4;
const BLACK_ON_WHITE = '\u001b[30;107m';
const AS_BEFORE = '\u001b[0m';

/** A QR code for a terminal, two rows of squares in a line: in black on white, or without colours as it is right on a dark screen. */
export function qrLines(modules: Modules, colours: boolean): string[] {
  const width = modules.length + 2 * QUIET;
  const dark = (x: number, y: number): boolean => modules[y - QUIET]?.[x - QUIET] === true;
  return Array.from({ length: Math.ceil(width / 2) }, (_, line) => {
    const squares = Array.from({ length: width }, (_, x) => {
      const halves = [dark(x, line * 2), dark(x, line * 2 + 1)].map((each) => each === colours);
      return halves[0] ? (halves[1] ? '█' : '▀') : halves[1] ? '▄' : ' ';
    });
    return colours ? `${BLACK_ON_WHITE}${squares.join('')}${AS_BEFORE}` : squares.join('');
  });
}
