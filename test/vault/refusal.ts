/** An answer that is an error: its status and the texts in `errors`. */
export class Refusal extends Error {
  readonly status: number;
  readonly texts: string[];

  constructor(status: number, ...texts: string[]) {
    super(texts.join('; '));
    this.status = status;
    this.texts = texts;
  }
}
