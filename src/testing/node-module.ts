import type Http from 'node:http';
import type Net from 'node:net';

/**
 * A built-in module of Node.js, loaded when it is needed. It is no `import`, so that the emulator can be bundled for a page,
 * where it needs no port.
 *
 * @throws TypeError on another platform.
 */
export function nodeModule<Name extends 'node:http' | 'node:net'>(name: Name): NodeModules[Name] {
  const { process } = globalThis as { process?: Partial<NodeJS.Process> };
  const module = process?.getBuiltinModule?.(name) as NodeModules[Name] | undefined;
  if (!module) throw new TypeError("Cannot open a port as the platform is not Node.js: use the emulator's transport()");
  return module;
}

interface NodeModules {
  'node:http': typeof Http;
  'node:net': typeof Net;
}
