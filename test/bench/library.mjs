/**
 * The built library, as users get it. `BENCH_DIST` names another folder than `dist`, to compare two builds.
 */
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));
export const dist = resolve(process.env.BENCH_DIST ?? resolve(root, 'dist'));

/** @type {typeof import('../../lib/index')} */
const library = await import(pathToFileURL(resolve(dist, 'index.js')).href);
export const { contextFields, createTelemetry, defineEvent, defineEvents, runWithContext } = library;

/** What Elixir's :telemetry takes, from the design page: measured on another machine. */
export const ELIXIR = { execute: 155, span: 612 };
export const ELIXIR_PEER = "Elixir (another machine's)";
