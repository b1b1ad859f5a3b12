// Calls a handler as AWS Lambda does: a file `.cjs` by require(), others by import().
const file = require('node:path').resolve(process.argv[2]);

async function main() {
  const { handler, operationName } = file.endsWith('.cjs') ? require(file) : await import(file);
  const short = await handler({ operationName }, { getRemainingTimeInMillis: () => 5_100 });
  const long = await handler({ token: short.token }, { getRemainingTimeInMillis: () => 60_000 });
  console.log(`done: ${short.done}, then ${long.done}`);
}

void main();
