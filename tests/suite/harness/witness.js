// Takes down everything that the tests printed or caught, and searches it for the secrets that they used.

/** Shorter runs of a secret could be chance. */
const RUN = 16;

/** What looks like a token or secret of Databricks, plain or in base64, whether or not it is known. */
const SHAPES = [/eyJ[\w-]{16,}\.[\w-]*/, /ZXlK[\w+/-]{16,}/, /\b(?:dapi|dose|dkea|doau)[0-9a-f]{16,}/];

export class Witness {
  #texts = new Map();
  #secrets = new Set();

  /** Takes down a text; `source` says where it was seen. */
  saw(source, text) {
    if (text && !this.#texts.has(text)) this.#texts.set(text, source);
  }

  /** Keeps a stream's output, and still lets it be read. */
  watch(source, stream) {
    let text = "";
    stream.setEncoding("utf8").on("data", (chunk) => (text += chunk));
    stream.on("close", () => this.saw(source, text));
    return () => text;
  }

  /** Makes secrets known, to be searched for. */
  used(...secrets) {
    for (const secret of secrets) {
      if (typeof secret === "string" && secret.length >= 8) this.#secrets.add(secret);
    }
  }

  get size() {
    return { texts: this.#texts.size, secrets: this.#secrets.size };
  }

  /** Where a secret was seen, in words that do not repeat it. */
  search() {
    const forms = [...this.#secrets].flatMap(formsOf);
    // A secret that was cut short is still one: any long enough run of it counts.
    const runs = new Set(forms.flatMap(runsOf));
    const short = forms.filter((form) => form.length < RUN);
    const found = [];
    for (const [text, source] of this.#texts) {
      if (short.some((form) => text.includes(form)) || holdsRun(text, runs)) found.push(`${source}: a secret that was used`);
      else if (SHAPES.some((shape) => shape.test(text))) found.push(`${source}: what looks like a secret`);
    }
    return found;
  }
}

function holdsRun(text, runs) {
  for (let at = 0; at + RUN <= text.length; at++) {
    if (runs.has(text.slice(at, at + RUN))) return true;
  }
  return false;
}

/** A secret as it may stand in a text: plain, in a URL or form, in JSON, in hex, in base64 wherever it begins. */
function formsOf(secret) {
  const url = encodeURIComponent(secret);
  const plain = [secret, url, url.toLowerCase(), url.replaceAll("%20", "+"), JSON.stringify(secret).slice(1, -1)];
  const bytes = Buffer.from(secret);
  const base64 = [0, 1, 2].flatMap((lead) => {
    const text = Buffer.concat([Buffer.alloc(lead), bytes]).toString("base64").replace(/=+$/, "");
    // The outermost characters depend on what stands beside the secret.
    const inner = text.slice(lead === 0 ? 0 : 4, -1);
    return [inner, inner.replaceAll("+", "-").replaceAll("/", "_")];
  });
  return [...new Set([...plain, bytes.toString("hex"), ...base64])].filter((form) => form.length >= 8);
}

function runsOf(form) {
  const runs = [];
  for (let at = 0; at + RUN <= form.length; at += RUN) runs.push(form.slice(at, at + RUN));
  return runs;
}
