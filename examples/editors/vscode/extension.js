// The client: it starts `rbengine lsp`, and calls a `.rb` file ours when its first word is.
"use strict";

const vscode = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");
const { isOurs } = require("./first-word");

let client;

async function activate(context) {
  const recognise = (document) => {
    // VS Code goes by the extension before it looks at the first line, and `.rb` is Ruby's.
    if (document.languageId === "ruby" && isOurs(document.getText())) {
      return vscode.languages.setTextDocumentLanguage(document, "rbengine");
    }
  };
  context.subscriptions.push(
    vscode.workspace.onDidOpenTextDocument(recognise),
    vscode.workspace.onDidGrantWorkspaceTrust(restart),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration("rbengine")) {
        return restart();
      }
    }),
  );
  vscode.workspace.textDocuments.forEach(recognise);
  await start();
}

async function start() {
  const [command, ...args] = vscode.workspace.getConfiguration("rbengine").get("command");
  const run = { command, args };
  client = new LanguageClient(
    "rbengine",
    "rbengine",
    { run, debug: run },
    {
      documentSelector: [
        { scheme: "file", language: "rbengine" },
        { scheme: "file", pattern: "**/rbengine.toml" },
      ],
      initializationOptions: { trusted: vscode.workspace.isTrusted },
    },
  );
  try {
    await client.start();
  } catch (error) {
    client = undefined;
    vscode.window.showWarningMessage(
      `rbengine: \`${run.command}\` cannot be started. pip install "rbengine[lsp]", or set rbengine.command. (${error.message})`,
    );
  }
}

async function restart() {
  await deactivate();
  await start();
}

async function deactivate() {
  const old = client;
  client = undefined;
  await old?.stop();
}

module.exports = { activate, deactivate };
