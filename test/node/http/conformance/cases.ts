import { failureCases } from './cases/failures';
import type { Cases } from './cases/running';
import { trackingCases } from './cases/tracking';
import { wireCases } from './cases/wire';
import type { CaseName } from './driver';

/** Each case serves an application of its own. */
export const cases: Cases<CaseName> = { ...trackingCases, ...failureCases, ...wireCases };
