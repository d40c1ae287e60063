/** The ways in which a secret can stand somewhere: each with its name. In base64 it looks another way at each of three places. */
export function formsOf(value: string): [form: string, text: string][] {
  const bytes = Buffer.from(value);
  const shifted = [0, 1, 2].map((shift) => {
    // What the neighbours have a part in is left out.
    const text = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    return text.slice(shift === 0 ? 0 : shift + 1, -1);
  });
  const found: [string, string][] = [
    ['raw', value],
    ['url', encodeURIComponent(value)],
    ['hex', bytes.toString('hex')],
    ['HEX', bytes.toString('hex').toUpperCase()],
    ...shifted.map((text, shift): [string, string] => [`base64 at ${shift}`, text]),
    ...shifted.map((text, shift): [string, string] => [
      `base64url at ${shift}`,
      text.replaceAll('+', '-').replaceAll('/', '_'),
    ]),
  ];
  return found.filter(([, text], index) => found.findIndex(([, other]) => other === text) === index);
}

/** Where a secret was found, as sentences that do not have it in them. A short one counts only where it stands by itself. */
export function hitsOf(
  secrets: ReadonlyMap<string, string>,
  places: readonly [place: string, bytes: Buffer][],
): string[] {
  return [...secrets].flatMap(([what, value]) =>
    places.flatMap(([place, bytes]) =>
      value.length < 8
        ? standsAlone(bytes, value).map((form) => `${what} (${form}) in ${place}`)
        : formsOf(value).flatMap(([form, text]) => (bytes.includes(text) ? [`${what} (${form}) in ${place}`] : [])),
    ),
  );
}

function standsAlone(bytes: Buffer, value: string): string[] {
  return new RegExp(`(?<![0-9a-zA-Z.])${value}(?![0-9a-zA-Z.])`).test(bytes.toString('latin1')) ? ['raw'] : [];
}
