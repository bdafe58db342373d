// `node scopes.js FILE…`: for each file, each line's tokens with their scopes, as VS Code colours them. JSON on stdout.
"use strict";

const fs = require("fs");
const path = require("path");
const oniguruma = require("vscode-oniguruma");
const textmate = require("vscode-textmate");

const GRAMMAR = path.join(__dirname, "..", "syntaxes", "rbengine.tmLanguage.json");

async function main(files) {
  const wasm = fs.readFileSync(require.resolve("vscode-oniguruma/release/onig.wasm"));
  await oniguruma.loadWASM(wasm);
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
      createOnigString: (text) => new oniguruma.OnigString(text),
    }),
    // SQL's own grammar comes with VS Code; here only what is ours is asked for.
    loadGrammar: async (scope) =>
      scope === "source.rbengine"
        ? textmate.parseRawGrammar(fs.readFileSync(GRAMMAR, "utf8"), GRAMMAR)
        : null,
  });
  const grammar = await registry.loadGrammar("source.rbengine");
  const found = files.map((file) => {
    let stack = textmate.INITIAL;
    return fs
      .readFileSync(file, "utf8")
      .split("\n")
      .map((line) => {
        const { tokens, ruleStack } = grammar.tokenizeLine(line, stack);
        stack = ruleStack;
        return tokens.map((one) => [line.slice(one.startIndex, one.endIndex), one.scopes.slice(1)]);
      });
  });
  process.stdout.write(JSON.stringify(found));
}

main(process.argv.slice(2));
