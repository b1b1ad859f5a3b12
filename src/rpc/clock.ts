export { now } from './scheduler.js';
