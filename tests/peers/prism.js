// Prism over several descriptions in one process: a mock server and, where an upstream is named, a proxy that checks
// both ways. Started with the folder that Prism is installed in and a JSON list of {name, file, upstream?}; says on one
// line where each listens: [{name, mock, proxy?}].
'use strict';
const { createRequire } = require('module');
const path = require('path');

const [folder, given] = process.argv.slice(2);
const installed = createRequire(path.join(folder, 'package.json'));
const { createServer } = installed('@stoplight/prism-http-server');
const { getHttpOperationsFromSpec } = installed('@stoplight/prism-cli/dist/operations');

const silent = { info() {}, warn() {}, error() {}, debug() {}, trace() {}, fatal() {}, success() {}, child: () => silent };

async function listening(operations, config) {
  const checked = { checkSecurity: true, validateRequest: true, validateResponse: true, errors: true };
  const server = createServer(operations, {
    components: { logger: silent },
    cors: false,
    config: { ...checked, ...config },
  });
  return new URL(await server.listen(0, '127.0.0.1')).port;
}

(async () => {
  const places = [];
  for (const { name, file, upstream } of JSON.parse(given)) {
    const operations = await getHttpOperationsFromSpec(file);
    const place = { name, mock: await listening(operations, { isProxy: false, mock: { dynamic: false } }) };
    if (upstream) {
      place.proxy = await listening(operations, { isProxy: true, upstream: new URL(upstream), mock: false });
    }
    places.push(place);
  }
  console.log(JSON.stringify(places));
})().catch((error) => {
  console.error(error);
  process.exit(1);
});
