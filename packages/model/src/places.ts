/** The places of a pool: at most so many are taken, and who waits is served in order. */
export class Places {
  readonly #max: number;
  readonly #waiting: (() => void)[] = [];
  #taken = 0;

  constructor(max: number) {
    this.#max = max;
  }

  get taken(): number {
    return this.#taken;
  }

  async take(makeRoom: () => void): Promise<void> {
    if (this.#taken < this.#max) {
      this.#taken++;
      return;
    }
    const place = new Promise<void>((resolve) => this.#waiting.push(resolve));
    makeRoom();
    await place;
  }

  give(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#taken--;
    else next();
  }

  get wanted(): boolean {
    return this.#waiting.length > 0;
  }
}
