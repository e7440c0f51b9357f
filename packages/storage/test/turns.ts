/** Lets the event loop go round until whatever was set going without a timer or the network has come to rest. */
export async function turns(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}
