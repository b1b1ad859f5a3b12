// A Worker. `workerd test` calls its test().
import { wait } from './wait.js';

export default {
  async fetch() {
    return new Response(await wait());
  },
  async test() {
    console.log(await wait());
  },
};
