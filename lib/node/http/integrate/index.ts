export { type IntegrateOptions, type Integration, integrate } from './integrate';
export type { IntegrableApp } from './kinds';
