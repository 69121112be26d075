// Four plain facts about the signatures of a PDF; the names of standards stand behind "All details".

import { h } from "./dom.js";
import { t, has, day } from "./words.js";

const CHANGED = ["signed-bytes-changed", "signature-not-by-key", "signature-partial", "signed-file-changed", "bytes-unaccounted", "file-read-differently", "file-goes-on"];

export function facts(verified) {
  if (!verified) return null;
  const { report } = verified;
  const signatures = report.signatures ?? [];
  const title = h("h2", {}, t("trust.title"));
  if (!signatures.length) return h("div", { class: "stack" }, title, h("p", { class: "soft" }, t("trust.unsigned")));
  const whole = signatures.every((one) => one.valid) && !report.problems.length;
  const rows = [h("dt", {}, t("trust.changed")), changed(whole, report)];
  for (const one of signatures) {
    rows.push(h("dt", {}, t("trust.by")), h("dd", {}, t("trust.says", { name: one.signer ?? one.signatory })));
    rows.push(h("dt", {}, t("trust.vouches")), vouches(one), h("dt", {}, t("trust.time")), h("dd", {}, time(one)));
  }
  return h("div", { class: "stack" }, title, h("dl", { class: "facts" }, rows), details(report));
}

function changed(whole, report) {
  if (whole) return h("dd", { class: "good strong" }, t("trust.no"));
  const reasons = [...report.problems_detail, ...report.signatures.flatMap((one) => (one.valid ? [] : one.reasons_detail))];
  const sure = reasons.some((one) => CHANGED.includes(one.code));
  return h("dd", {}, h("span", { class: "badly strong" }, t(sure ? "trust.yes" : "trust.unknown")), " ", reasons[0] ? said(reasons[0]) : "");
}

/** A reason in an office's words; "All details" has the verifier's own. */
const said = (reason) => (has(`fault.${reason.code}`) ? t(`fault.${reason.code}`) : reason.text);

function vouches(one) {
  const test = one.notes_detail.some((note) => note.code === "identity-for-tests");
  if (one.trusted) return h("dd", {}, one.chain.at(-1) ?? t("trust.issuer-known"), test ? ` ${t("sign.test")}` : "");
  return h("dd", {}, h("span", { class: "warnly strong" }, t("trust.nobody")), test ? ` ${t("sign.test")}` : "");
}

function time(one) {
  if (!one.time) return t("trust.unknown");
  return one.time_proven ? t("trust.proven", { time: day(new Date(one.time), { dateStyle: "long", timeStyle: "short" }) }) : t("trust.clock");
}

function details(report) {
  const said = [...report.problems, ...report.notes, ...report.signatures.flatMap((one) => [...one.reasons, ...one.notes, `${one.signatory}: ${one.level}, ${one.covers}`])];
  return h("details", {}, h("summary", {}, t("trust.details")), h("ul", { class: "stack small" }, said.map((text) => h("li", {}, text))));
}
