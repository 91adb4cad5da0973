export class LakebaseError extends Error {
  static {
    this.prototype.name = "LakebaseError";
  }

  constructor({ name, message, cause, ...fields }) {
    super(message, cause === undefined ? undefined : { cause });
    if (name) Object.defineProperty(this, "name", { value: name, configurable: true, writable: true });
    for (const [key, value] of Object.entries(fields)) if (value !== undefined) this[key] = value;
  }

  // Without the cause: a driver's error or an abort reason may hold anything.
  toJSON() {
    return { name: this.name, message: this.message, ...this };
  }
}
