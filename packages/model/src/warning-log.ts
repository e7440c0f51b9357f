import { notify, type Warning } from "@lazynwb/core";

/** Collects the warnings about one file, each said once, and passes them on to the caller's listener. */
export class WarningLog {
  readonly warnings: Warning[] = [];
  readonly #source: string;
  readonly #onWarning: ((warning: Warning) => void) | undefined;
  readonly #said = new Set<string>();

  constructor(source: string, onWarning?: ((warning: Warning) => void) | undefined) {
    this.#source = source;
    this.#onWarning = onWarning;
  }

  warn(code: string, path: string, message: string, details?: Readonly<Record<string, unknown>>): void {
    const key = `${code}\n${path}\n${message}`;
    if (this.#said.has(key)) return;
    this.#said.add(key);
    const warning: Warning = { code, message, source: this.#source, path, ...(details && { details }) };
    this.warnings.push(warning);
    notify(this.#onWarning, warning);
  }
}
