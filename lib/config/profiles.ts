import { defaults } from '../../config/default';
import { development } from '../../config/development';
import { production } from '../../config/production';
import { staging } from '../../config/staging';
import { test } from '../../config/test';
import type { Environment } from './environment';
import type { ConfigDefaults, ConfigInput } from './table';

/** The data of `config/`: what holds everywhere, and what each environment says differently. */
export const DEFAULTS: ConfigDefaults = defaults;
export const PROFILES: Readonly<Record<Environment, ConfigInput>> = { development, test, staging, production };
