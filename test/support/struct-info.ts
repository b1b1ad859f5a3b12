import { structType } from '../../src/decoders/index.js';
import { operationInfo } from '../../src/index.js';

/** An operation whose response is a Struct. */
export const struct = operationInfo({ response: structType });
