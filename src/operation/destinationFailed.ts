/** What a destination said that failed, beside others that did not. */
export interface DestinationFailed {
  destination: string;
  reason: string;
  /** The code of its Problem. */
  code?: string | undefined;
}
