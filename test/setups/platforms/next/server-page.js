// A server component, which is rendered at build time.
import { wait } from '../wait.js';

export default async function Page() {
  return <p>{await wait()}</p>;
}
