// Four plain facts about the signatures of a PDF; the names of standards stand behind "All details".

import { h, button, chooseFile, refill } from "./dom.js";
import { upload, Refused } from "./api.js";
import { t, has, day } from "./words.js";
import { worded, detailsOf } from "./faults.js";

const CHANGED = ["signed-bytes-changed", "signature-not-by-key", "signature-partial", "signed-file-changed", "bytes-unaccounted", "file-read-differently", "file-goes-on"];

/** `again` is called when an issuer is trusted that was not before. */
export function facts(verified, again = null) {
  if (!verified) return null;
  const { report } = verified;
  const signatures = report.signatures ?? [];
  const title = h("h2", {}, t("trust.title"));
  if (!signatures.length) return h("div", { class: "stack" }, title, h("p", { class: "soft" }, t("trust.unsigned")));
  const whole = signatures.every((one) => one.valid) && !report.problems.length;
  const rows = [h("dt", {}, t("trust.changed")), changed(whole, report)];
  for (const one of signatures) {
    const next = one === signatures[0] ? null : "next"; // each signature stands by itself
    rows.push(h("dt", { class: next }, t("trust.by")), h("dd", { class: next }, t("trust.says", { name: one.signer ?? one.signatory })));
    rows.push(h("dt", {}, t("trust.vouches")), vouches(one), h("dt", {}, t("trust.time")), h("dd", {}, time(one)));
  }
  const trust = again && !signatures.every((one) => one.trusted) ? trusting(again) : null;
  return h("div", { class: "stack" }, title, h("dl", { class: "facts" }, rows), h("div", { class: "worth" }, trust, details(report)));
}

/** An issuer can be trusted: its certificate is chosen, what that means is said, and its fingerprint is compared. */
function trusting(again) {
  const place = h("div", { class: "stack trusting" });
  const choose = async () => {
    const file = await chooseFile(".pem,.crt,.cer,.der");
    if (!file) return;
    const name = encodeURIComponent(file.name);
    try {
      const issuer = await upload(`/api/issuer?name=${name}`, file);
      const take = async () => {
        await upload(`/api/trust?name=${name}`, file);
        again();
      };
      const until = day(new Date(issuer.valid_to));
      refill(
        place,
        h("h3", {}, t("issuer.title", { name: issuer.name })),
        h("p", {}, t("issuer.means", { name: issuer.name })),
        issuer.test ? h("p", { class: "warnly" }, t("sign.test")) : null,
        h("p", {}, t(issuer.valid_now ? "issuer.until" : "sign.expired", { day: until })),
        h("p", {}, t("issuer.compare", { name: issuer.name })),
        h("p", { class: "num fingerprint" }, issuer.sha256.toUpperCase().replace(/(.{4})(?=.)/g, "$1 ")),
        h("p", { class: "row" }, button(t("issuer.trust"), take, { kind: "tight", "data-key": "trust" }), button(t("cancel"), () => refill(place, first), { kind: "tight plain" })),
      );
      place.querySelector('[data-key="trust"]').focus();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      refill(place, first, h("div", { class: "fault", role: "alert" }, h("p", {}, h("span", { class: "what" }, worded(error.faults[0]).what)), detailsOf(error.faults[0])));
    }
  };
  const first = h("p", {}, button(t("issuer.choose"), choose, { kind: "tight", "data-key": "issuer" }));
  place.append(first);
  return place;
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
  return h("details", { class: "all" }, h("summary", { class: "button tight plain" }, t("trust.details")), h("ul", { class: "stack small" }, said.map((text) => h("li", {}, text))));
}
