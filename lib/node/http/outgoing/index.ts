export { outgoingStats, type PropagationOptions, startPropagation } from './propagation';
export type { OutgoingStats } from './state';
