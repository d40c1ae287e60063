/** The time of day in the operator's zone: `12:03:40`. */
export function clock(ms: number, zone: string | undefined): string {
  return new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  }).format(ms);
}

/** Date and time in the operator's zone: `21 Nov 12:03`. */
export function dateTime(ms: number, zone: string | undefined): string {
  return new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
  })
    .format(ms)
    .replace(',', '');
}
