import { BUS_SEAM, type BusSeam, type BusSeamed } from '../../../core/handler';

/** What a bus lets this library see of it; `undefined` for a bus of an older copy. */
export const busSeamOf = (bus: object): BusSeam | undefined => (bus as BusSeamed)[BUS_SEAM];
