#!/usr/bin/env node
/** The program `telemetry-bus`. Exit codes: 0, 1 for a failure, 2 for a wrong command line, 130 after Ctrl-C, 143 after SIGTERM. */
import { endOnSignals, endWithoutReader } from './endings';
import { runCommandLine } from './run';

const end = new AbortController();
endOnSignals(process, end);
endWithoutReader(process, end);
const { stdout, stderr, env } = process;
void runCommandLine(process.argv.slice(2), { stdout, stderr, env, signal: end.signal }).then((code) => {
  process.exitCode ??= code;
});
