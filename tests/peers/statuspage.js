// A client of status pages from another hand: reads a page's summary, and prints it as JSON.
// Usage: node statuspage.js FOLDER_OF_THE_CLIENT ADDRESS
const [folder, address] = process.argv.slice(2);
const { Statuspage } = require(require.resolve("statuspage.io", { paths: [folder] }));
const client = new Statuspage("page");
client.setApiUrl(address);
client.api.getSummary().then((found) => process.stdout.write(JSON.stringify(found)));
