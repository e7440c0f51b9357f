/** A command line that cannot be carried out as it was written. Exit code 2. */
export class UsageError extends Error {
  readonly code = "USAGE";
  /** The command whose help tells how it is written. */
  readonly command: string | undefined;
  constructor(message: string, command?: string) {
    super(message);
    this.name = "UsageError";
    this.command = command;
  }
}
