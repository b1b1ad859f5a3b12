import { compute } from './compute.js';
import { fetchWithKey } from './fetch-with-key.js';
import { page } from './page.js';
import type { Program } from './program.js';
import { sdk } from './sdk.js';
import { vertex } from './vertex.js';

/** Programs of the commonest shapes. */
export const programs: readonly Program[] = [sdk, fetchWithKey, vertex, compute, page];
