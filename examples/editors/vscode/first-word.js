// Whether a text is a playbook, a policy or another of our files, by its first word that is no comment.
"use strict";

const OURS =
  /^\uFEFF?(?:[ \t]*(?:#[^\n]*)?\r?\n)*(?:runbook\s+[A-Z]+-[0-9]+\b|(?:policy|calendar|app)\s+"|library\s+\w+\s+"|scenarios\s+for\s)/;

function isOurs(text) {
  return OURS.test(text);
}

module.exports = { isOurs };
