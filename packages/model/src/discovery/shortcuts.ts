/** Short names of tables that every NWB file keeps at the same place. */
export const TABLE_SHORTCUTS: Readonly<Record<string, string>> = Object.freeze({
  trials: "/intervals/trials",
  epochs: "/intervals/epochs",
  invalid_times: "/intervals/invalid_times",
  electrodes: "/general/extracellular_ephys/electrodes",
  units: "/units",
  session: "/general",
  subject: "/general/subject",
  events: "/events/*",
  intervals: "/intervals/*",
});

/** The path or glob that a shortcut stands for; null where a name is none. */
export function shortcutPath(name: string): string | null {
  return Object.hasOwn(TABLE_SHORTCUTS, name) ? TABLE_SHORTCUTS[name]! : null;
}
