// `node activation.js FILE…`: runs the extension in a stand-in for VS Code in which these files are open as Ruby.
// JSON on stdout: the files that it made ours, the server that it started, with what, and what it stopped.
"use strict";

const fs = require("fs");
const Module = require("module");

const told = { ours: [], started: [], stopped: 0, warned: [] };
const listeners = {};
const documents = process.argv.slice(2).map((file) => ({
  file,
  languageId: "ruby",
  getText: () => fs.readFileSync(file, "utf8"),
}));

class LanguageClient {
  constructor(id, name, server, options) {
    this.options = { run: server.run, trusted: options.initializationOptions.trusted, selector: options.documentSelector };
  }
  async start() {
    if (this.options.run.command === "missing") {
      throw new Error("not found");
    }
    told.started.push(this.options);
  }
  async stop() {
    told.stopped += 1;
  }
}

let command = ["rbengine", "lsp"];
const on = (name) => (listener) => {
  listeners[name] = listener;
  return { dispose() {} };
};
const vscode = {
  languages: {
    setTextDocumentLanguage: (document, language) => {
      document.languageId = language;
      told.ours.push(document.file);
      return Promise.resolve(document);
    },
  },
  workspace: {
    isTrusted: false,
    textDocuments: documents,
    getConfiguration: () => ({ get: () => command }),
    onDidOpenTextDocument: on("open"),
    onDidGrantWorkspaceTrust: on("trust"),
    onDidChangeConfiguration: on("configuration"),
  },
  window: { showWarningMessage: (text) => told.warned.push(text) },
};

const load = Module._load;
Module._load = (name, ...rest) => {
  const standIns = { vscode, "vscode-languageclient/node": { LanguageClient } };
  return standIns[name] ?? load(name, ...rest);
};

async function main() {
  const { activate, deactivate } = require("../extension.js");
  await activate({ subscriptions: [] });
  vscode.workspace.isTrusted = true;
  await listeners.trust();
  await listeners.configuration({ affectsConfiguration: () => false });
  command = ["missing"];
  await listeners.configuration({ affectsConfiguration: () => true });
  await deactivate();
  process.stdout.write(JSON.stringify(told));
}

main();
