export { now } from './timer-wheel.js';
