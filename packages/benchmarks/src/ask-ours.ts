/** Asks lazynwb one question and prints what it cost as one line of JSON: `ask-ours.ts QUESTION URL...` */
import { OURS } from "./ours.ts";

const [name = "", ...urls] = process.argv.slice(2);
const ask = OURS[name];
if (ask === undefined) throw new RangeError(`there is no question named ${name}`);

const started = performance.now();
const cpuBefore = process.cpuUsage();
const rows = await ask(urls);
const cpu = process.cpuUsage(cpuBefore);
const seconds = (performance.now() - started) / 1000;
const peakMegabytes = (process.resourceUsage().maxRSS * 1024) / 1e6;
console.log(JSON.stringify({ rows, seconds, cpuSeconds: (cpu.user + cpu.system) / 1e6, peakMegabytes }));
