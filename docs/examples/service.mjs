// A letter with data, a hundred as a job with their ZIP, one signed and verified.
//
//     ORIGIN=http://127.0.0.1:8470 TOKEN=... node service.mjs
//
// Node 20, without packages. Operations are asked for by the names that they have in the OpenAPI document.
import { writeFile } from "node:fs/promises";

const { ORIGIN, TOKEN } = process.env;
const description = await (await fetch(`${ORIGIN}/openapi.json`)).json();

/** Ask for an operation: its path, its method and the kinds of its answers are the document's. */
async function ask(name, { path = {}, query = {}, body, accept } = {}) {
    for (const [template, methods] of Object.entries(description.paths)) {
        for (const [method, about] of Object.entries(methods)) {
            if (about.operationId !== name) continue;
            const route = template.replace(/\{(\w+)\}/g, (_, part) => encodeURIComponent(path[part]));
            const url = new URL(ORIGIN + route);
            for (const [key, value] of Object.entries(query)) url.searchParams.set(key, value);
            const headers = { authorization: `Bearer ${TOKEN}` };
            if (accept) headers.accept = accept;
            if (body !== undefined && !(body instanceof FormData)) {
                headers["content-type"] = "application/json";
                body = JSON.stringify(body);
            }
            const answer = await fetch(url, { method: method.toUpperCase(), headers, body });
            if (!(answer.status in about.responses)) throw new Error(`${name}: ${answer.status} is not in the document`);
            return answer;
        }
    }
    throw new Error(`the document has no ${name}`);
}

/** The answer, where all went well; else what the service says is wrong. */
async function good(answer) {
    if (answer.ok) return answer;
    const { title, diagnostics } = await answer.json();
    throw new Error([title, ...diagnostics.map((fault) => `${fault.field}: ${fault.message}`)].join("\n"));
}

// A letter with data.
const data = { name: "Ada Brook", street: "4 Mill Lane", city: "Bangor" };
const letter = await good(await ask("render", { path: { letter: "korea-policy" }, body: { data }, accept: "application/pdf" }));
await writeFile("node-letter.pdf", Buffer.from(await letter.arrayBuffer()));

// One that fails says why.
const wrong = await ask("render", { path: { letter: "offer" }, body: { data: { name: "Ada", price: "dear" } } });
console.log(wrong.status, (await wrong.json()).diagnostics.map((fault) => fault.field).join(" "));

// A hundred as a job; its results come as they are known.
const records = Array.from({ length: 100 }, (_, at) => ({
    name: `Customer ${at + 1}`, city: "Bangor", occasion: "open day", copies: at + 1, price: "250.00", due: "2026-04-30",
}));
const job = await (await good(await ask("begin_job", { path: { letter: "offer" }, body: { records } }))).json();
const results = await (await good(await ask("job_results", { path: { job: job.id }, query: { wait: true } }))).text();
const rows = results.trim().split("\n").map((line) => JSON.parse(line));
const zip = await good(await ask("job_zip", { path: { job: job.id } }));
await writeFile("node-letters.zip", Buffer.from(await zip.arrayBuffer()));
console.log(rows.filter((row) => row.status === "done").length, "letters");

// One signed and verified: the parts of a form, each of the kind that the document names.
const bridge = await good(await ask("render", { path: { letter: "bridge" }, body: {}, accept: "application/pdf" }));
const form = new FormData();
form.append("request", new Blob([JSON.stringify({ key: "ada" })], { type: "application/json" }));
form.append("file", await bridge.blob(), "bridge.pdf");
const signed = await (await good(await ask("sign", { body: form, accept: "application/pdf" }))).blob();
const sent = new FormData();
sent.append("file", signed, "signed.pdf");
const report = await (await good(await ask("verify", { body: sent }))).json();
console.log(report.signatures.map((one) => `${one.signer}: ${one.valid ? "valid" : "not valid"}`).join("\n"));
