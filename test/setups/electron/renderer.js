// A window: a page of the scheme `file:`.
import { wait } from './wait.js';

document.body.textContent = 'waiting';
void wait().then((text) => (document.body.textContent = text));
