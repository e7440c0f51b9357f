import type { Answer } from "../answer.ts";
import type { Command, CommandContext } from "./command.ts";

/** Each command is loaded when it is asked for: help and usage errors come at once. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  ls: async () => (await import("./ls.ts")).ls,
  tables: async () => (await import("./tables.ts")).tables,
  schema: async () => (await import("./schema.ts")).schema,
  read: async () => (await import("./read.ts")).read,
  metadata: async () => (await import("./metadata.ts")).metadata,
};

export async function runCommand(context: CommandContext): Promise<Answer> {
  const command = await COMMANDS[context.line.command.name]!();
  return command(context);
}
