/** So many cases in `npm test`, and so many in the release run. */
export function cases(usual: number, release: number): number {
  return process.env['NIGHTGUARD_RELEASE'] ? release : usual;
}
