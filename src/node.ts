// "longrunning" where all of it is at hand at once, as in Node: a wait then sends its first request in the call itself.
import { provideEngine } from './waiting/engine-at-hand.js';
import { Engine } from './waiting/engine.js';

provideEngine(Engine);

export * from './index.js';
