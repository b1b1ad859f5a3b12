import { wait } from './wait.js';

void wait().then((text) => console.log(text));
